package io.actd.wal;

import java.nio.file.Path;

/**
 * The log does not say what was written into it, at a place where a crash cannot be the reason (spec FM-35).
 *
 * <p>Thrown before anything on disk is changed. The member must not start with this log.
 */
public final class WalDamaged extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final transient Path path;
    private final long offset;
    private final String reason;

    public WalDamaged(Path path, long offset, String reason) {
        super("WAL damaged: " + path + " at byte " + offset + ": " + reason);
        this.path = path;
        this.offset = offset;
        this.reason = reason;
    }

    /** The segment. */
    public Path path() {
        return path;
    }

    /** Where in the segment the record starts that is wrong. */
    public long offset() {
        return offset;
    }

    public String reason() {
        return reason;
    }
}
