package io.actd.wal;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;

/** The disk refused. The log takes no more writes: after a failed sync nobody knows what is durable. */
public final class WalFailed extends UncheckedIOException {
    private static final long serialVersionUID = 1L;

    public WalFailed(String action, Path path, IOException cause) {
        super("WAL failed: " + action + " " + path + ": " + cause.getMessage(), cause);
    }

    public WalFailed(String action, Path path, long position, IOException cause) {
        super("WAL failed: " + action + " " + path + " at byte " + position + ": " + cause.getMessage(), cause);
    }
}
