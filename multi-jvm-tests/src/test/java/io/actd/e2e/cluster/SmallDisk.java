package io.actd.e2e.cluster;

import io.actd.e2e.server.Command;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** A file system of fixed size in memory, mounted on a directory; only root can have one. */
final class SmallDisk implements AutoCloseable {
    private static final int MEBIBYTE = 1 << 20;

    private final Path directory;

    private SmallDisk(Path directory) {
        this.directory = directory;
    }

    /** Whether this process may mount anything. */
    static boolean isPossible() {
        return Command.run(List.of("id", "-u"), Map.of(), "").out().strip().equals("0")
                && Command.run(List.of("sh", "-c", "command -v mount"), Map.of(), "")
                                .exitCode()
                        == 0;
    }

    static SmallDisk mount(Path directory, int mebibytes) {
        try {
            Files.createDirectories(directory);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        must("mount", "-t", "tmpfs", "-o", "size=" + mebibytes + "m,mode=0700", "actd-e2e", directory.toString());
        return new SmallDisk(directory);
    }

    /** Leaves only so much free. */
    void fill(int mebibytesLeft) {
        try (OutputStream out = Files.newOutputStream(ballast())) {
            byte[] chunk = new byte[MEBIBYTE];
            while (directory.toFile().getUsableSpace() > (long) mebibytesLeft * MEBIBYTE) {
                out.write(chunk);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Gives back what {@link #fill} took. */
    void free() {
        try {
            Files.delete(ballast());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Path ballast() {
        return directory.resolve("ballast");
    }

    @Override
    public void close() {
        must("umount", directory.toString());
    }

    static void must(String... words) {
        Command.Result result = Command.run(List.of(words), Map.of(), "");
        if (result.exitCode() != 0) {
            throw new IllegalStateException(String.join(" ", words) + ": " + result.all());
        }
    }
}
