package io.actd.node.rehearsal;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** One member of the play, a process on loopback. */
final class Player implements AutoCloseable {
    private static final String HOST = "127.0.0.1";
    private static final String READY = "ready to serve client requests";
    private static final long STOP_SECONDS = 120;

    private final String name;
    private final String launcher;
    private final Path work;
    private final String jvmOption;
    private final Deadline deadline;
    private final int clientPort;
    private final int peerPort;
    private @Nullable Process process;

    /** @param jvmOption for its JVM, besides what the launcher and the environment give */
    Player(String name, String launcher, Path work, String jvmOption, Deadline deadline) throws IOException {
        this.name = name;
        this.launcher = launcher;
        this.work = work;
        this.jvmOption = jvmOption;
        this.deadline = deadline;
        try (var first = new ServerSocket(0, 0, InetAddress.getByName(HOST));
                var second = new ServerSocket(0, 0, InetAddress.getByName(HOST))) {
            this.clientPort = first.getLocalPort();
            this.peerPort = second.getLocalPort();
        }
    }

    String peerUrl() {
        return "http://" + HOST + ":" + peerPort;
    }

    /** As it stands in {@code --initial-cluster}. */
    String inCluster() {
        return name + "=" + peerUrl();
    }

    Requests connect() {
        return new Requests(HOST + ":" + clientPort, deadline);
    }

    /** Starts it, once more or for the first time, and waits until it serves clients. */
    void start(String initialCluster, String state) throws IOException, InterruptedException {
        var log = Files.createTempFile(work, name + "-", ".log");
        var clientUrl = "http://" + HOST + ":" + clientPort;
        var command = new ProcessBuilder(
                        launcher,
                        "--name=" + name,
                        "--data-dir=" + work.resolve(name),
                        "--listen-peer-urls=" + peerUrl(),
                        "--initial-advertise-peer-urls=" + peerUrl(),
                        "--listen-client-urls=" + clientUrl,
                        "--advertise-client-urls=" + clientUrl,
                        "--initial-cluster=" + initialCluster,
                        "--initial-cluster-state=" + state)
                .redirectErrorStream(true)
                .redirectOutput(log.toFile());
        command.environment().merge("ACTD_JAVA_OPTS", jvmOption, (given, own) -> given + " " + own);
        var started = command.start();
        process = started;
        // Who interrupts the build leaves no member behind.
        Runtime.getRuntime().addShutdownHook(new Thread(started::destroyForcibly));
        deadline.await(name + "'s start", () -> {
            if (!started.isAlive()) throw new IllegalStateException(name + " ended: " + read(log));
            return read(log).contains(READY);
        });
    }

    private static String read(Path log) {
        try {
            return Files.readString(log);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Ends it without a word. */
    void kill() throws InterruptedException {
        if (process != null) process.destroyForcibly().waitFor();
    }

    /** Ends it in good order: only then its JVM writes what it was told to write. */
    @Override
    public void close() {
        if (process == null) return;
        process.destroy();
        try {
            if (!process.waitFor(STOP_SECONDS, TimeUnit.SECONDS)) process.destroyForcibly();
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }
}
