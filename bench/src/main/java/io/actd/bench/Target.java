package io.actd.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A server under test: one process with a fresh data directory on the loopback interface. */
final class Target implements AutoCloseable {
    private static final long START_TIMEOUT_NANOS = TimeUnit.SECONDS.toNanos(120);

    final String name;
    final int clientPort;
    private final Path dataDir;
    private final Process process;

    private Target(String name, int clientPort, Path dataDir, Process process) {
        this.name = name;
        this.clientPort = clientPort;
        this.dataDir = dataDir;
        this.process = process;
    }

    /** Starts {@code command} with etcd's flags and waits until it serves. */
    static Target start(String name, String command, int clientPort, Path workDir) throws IOException {
        var dataDir = Files.createTempDirectory(workDir, name);
        var clientUrl = "http://127.0.0.1:" + clientPort;
        var peerUrl = "http://127.0.0.1:" + (clientPort + 1);
        var builder = new ProcessBuilder(
                command,
                "--name=" + name,
                "--data-dir=" + dataDir.resolve("data"),
                "--listen-client-urls=" + clientUrl,
                "--advertise-client-urls=" + clientUrl,
                "--listen-peer-urls=" + peerUrl,
                "--initial-advertise-peer-urls=" + peerUrl,
                "--initial-cluster=" + name + "=" + peerUrl,
                "--quota-backend-bytes=8000000000",
                "--log-level=error");
        builder.redirectErrorStream(true)
                .redirectOutput(workDir.resolve(name + ".log").toFile());
        var target = new Target(name, clientPort, dataDir, builder.start());
        target.awaitPort();
        return target;
    }

    private void awaitPort() throws IOException {
        long begun = System.nanoTime();
        while (true) {
            try (var socket = new Socket()) {
                socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), clientPort), 200);
                return;
            } catch (IOException notYet) {
                if (!process.isAlive() || System.nanoTime() - begun > START_TIMEOUT_NANOS) {
                    throw new IOException(name + " did not start serving on port " + clientPort, notYet);
                }
                pause(50);
            }
        }
    }

    static void pause(long millis) {
        try {
            TimeUnit.MILLISECONDS.sleep(millis);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    /** User and system time the process has used, in seconds. */
    double cpuSeconds() {
        // The command name may hold spaces; everything behind the last parenthesis is numbers.
        var stat = read("stat");
        var fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
        return (Long.parseLong(fields[11]) + Long.parseLong(fields[12])) / 100.0;
    }

    /** Resident memory in MiB. */
    long residentMib() {
        for (var line : read("status").split("\n", -1)) {
            if (line.startsWith("VmRSS:")) return Long.parseLong(line.replaceAll("\\D", "")) / 1024;
        }
        return 0;
    }

    private String read(String file) {
        try {
            return Files.readString(Path.of("/proc", Long.toString(process.pid()), file));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() throws IOException {
        process.destroy();
        try {
            if (!process.waitFor(20, TimeUnit.SECONDS))
                process.destroyForcibly().waitFor();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
        List<Path> files;
        try (var walk = Files.walk(dataDir)) {
            files = walk.sorted(Comparator.reverseOrder()).toList();
        }
        for (var file : files) Files.delete(file);
    }
}
