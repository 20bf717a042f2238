package io.actd.e2e.cluster;

import io.actd.e2e.disk.DiskMain;
import io.actd.e2e.server.Command;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Random;

/**
 * A disk in the memory of a process of its own, mounted on a directory; when its power fails it forgets what was not synced.
 * Only root can have one. See {@link io.actd.e2e.disk}.
 */
final class ForgetfulDisk implements AutoCloseable {
    /** So many syncs may pass until the one in which the power fails. */
    private static final int SYNCS = 20;

    private final Path directory;
    private final Process process;
    private final BufferedReader answers;
    private final Random random;

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
                // mount(8) is handed the device as its standard error.
                "sh",
                "-c",
                "exec \"$@\" 2<>/dev/fuse",
                "sh",
                java,
                "-Xmx1g",
                "-Xmn8m",
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-cp",
                classes,
                DiskMain.class.getName(),
                directory.toString());
        try {
            Process process = new ProcessBuilder(words).start();
            ForgetfulDisk disk = new ForgetfulDisk(directory, process, seed);
            disk.hears("ready");
            return disk;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
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

    /** Forgets, and works again; says what. Nobody may have a file open. */
    String lose() {
        Command.run(
                List.of("sync", "-f", directory.toString()), Map.of(), ""); // what the kernel still has of memory maps
        order("lose " + random.nextInt(Integer.MAX_VALUE));
        String[] lost = answer().split(" ");
        return lost[0] + " blocks of files and " + lost[1] + " changes of names";
    }

    /** Each write and sync fails from now on. */
    void fail() {
        order("errors on");
        answer();
    }

    /** They no longer fail; returns how many did. */
    int heal() {
        order("errors off");
        return Integer.parseInt(answer());
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
            throw new IllegalStateException("the disk at " + directory + " says " + answer);
        }
    }

    private String answer() {
        try {
            return String.valueOf(answers.readLine());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** It unmounts itself when nobody has orders for it any more. */
    @Override
    public void close() {
        try {
            process.getOutputStream().close();
            process.waitFor();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
