package io.actd.e2e.cluster;

import io.actd.e2e.disk.DiskMain;
import io.actd.e2e.server.Command;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * A disk in the memory of a process of its own, mounted on a directory; when its power fails it forgets what was not synced.
 * Only root can have one. See {@link io.actd.e2e.disk}.
 */
final class ForgetfulDisk implements AutoCloseable {
    /** So many syncs may pass until the one in which the power fails. */
    private static final int SYNCS = 20;

    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final Path directory;
    private final Process process;
    private final BufferedReader answers;
    private final Random random;

    /** What was not synced and is gone: blocks of files, and steps of names and of files that were cut off. */
    record Lost(int blocks, int steps) {
        boolean isNothing() {
            return blocks == 0 && steps == 0;
        }

        @Override
        public String toString() {
            return blocks + " unsynced blocks of files and " + steps
                    + " unsynced creations, renames, removals or truncations";
        }
    }

    private ForgetfulDisk(Path directory, Process process, long seed) {
        this.directory = directory;
        this.process = process;
        this.answers = process.inputReader(StandardCharsets.UTF_8);
        this.random = new Random(seed);
    }

    /** Whether this process may mount one. */
    static boolean isPossible() {
        return SmallDisk.isPossible() && Files.exists(Path.of("/dev/fuse"));
    }

    /** @param seed for what is forgotten */
    static ForgetfulDisk mount(Path directory, long seed) {
        String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        String classes = DiskMain.class
                .getProtectionDomain()
                .getCodeSource()
                .getLocation()
                .getPath();
        List<String> words = List.of(
                // See DiskMain.
                "sh",
                "-c",
                "exec \"$@\" 2<>/dev/fuse",
                "sh",
                "env",
                "LC_ALL=C",
                java,
                "-Xmx1g",
                "-Xmn8m",
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-cp",
                classes,
                DiskMain.class.getName(),
                directory.toString());
        ForgetfulDisk disk;
        try {
            disk = new ForgetfulDisk(directory, new ProcessBuilder(words).start(), seed);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        try {
            disk.hears("ready");
        } catch (RuntimeException e) {
            disk.close();
            throw e;
        }
        return disk;
    }

    /** Nothing gets safe any more, not even what is being synced now or soon: returns in the middle of that. */
    void cutPowerInSync() {
        order("cut " + random.nextInt(SYNCS));
        hears("true");
    }

    /** Nothing gets safe any more from now on. */
    void cutPower() {
        order("off");
        hears("true");
    }

    /** Forgets, and works again. Nobody may have a file open. */
    Lost lose() {
        Command.run(
                List.of("sync", "-f", directory.toString()), Map.of(), ""); // what the kernel still has of memory maps
        order("lose " + random.nextInt(Integer.MAX_VALUE));
        List<Integer> lost = numbers(2);
        return new Lost(lost.get(0), lost.get(1));
    }

    /** Each write and sync fails from now on. */
    void fail() {
        order("errors on");
        numbers(1);
    }

    /** They no longer fail; returns how many did. */
    int heal() {
        order("errors off");
        return numbers(1).get(0);
    }

    private void order(String order) {
        try {
            process.outputWriter(StandardCharsets.UTF_8)
                    .append(order)
                    .append('\n')
                    .flush();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void hears(String expected) {
        String answer = answer();
        if (!answer.equals(expected)) {
            throw unexpected(answer);
        }
    }

    private List<Integer> numbers(int howMany) {
        String answer = answer();
        if (!answer.matches("\\d+( \\d+){" + (howMany - 1) + "}")) {
            throw unexpected(answer);
        }
        return Stream.of(answer.split(" ")).map(Integer::valueOf).toList();
    }

    private IllegalStateException unexpected(String answer) {
        return new IllegalStateException("the disk at " + directory + " says: " + answer);
    }

    private String answer() {
        try {
            return Objects.requireNonNullElse(answers.readLine(), "nothing more");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Its process unmounts it when nobody has orders for it any more; what a dead one left is unmounted here. */
    @Override
    public void close() {
        try {
            process.getOutputStream().close();
        } catch (IOException itIsDead) {
            process.destroyForcibly();
        }
        try {
            if (!process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
                process.destroyForcibly().waitFor();
            }
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
        if (isMounted()) {
            SmallDisk.must("umount", "--lazy", directory.toString());
        }
    }

    private boolean isMounted() {
        try {
            return Files.readString(Path.of("/proc/self/mounts")).contains(" " + directory + " ");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
