package io.actd.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** A server under test: one process or a cluster of them, with fresh data directories, on the loopback interface. */
final class Target implements AutoCloseable {
    private static final long START_TIMEOUT_NANOS = TimeUnit.SECONDS.toNanos(120);

    final String name;
    private final List<Integer> clientPorts;
    private final Path dataDir;
    private final List<Process> processes = new ArrayList<>();
    private int leader;

    private Target(String name, List<Integer> clientPorts, Path dataDir) {
        this.name = name;
        this.clientPorts = clientPorts;
        this.dataDir = dataDir;
    }

    /** Starts {@code command} with etcd's flags, {@code members} times, and waits until all serve. */
    static Target start(String name, String command, int members, int firstPort, Path workDir)
            throws IOException, InterruptedException {
        var clientPorts =
                IntStream.range(0, members).mapToObj(i -> firstPort + 2 * i).toList();
        var target = new Target(name, clientPorts, Files.createTempDirectory(workDir, name));
        var cluster = clientPorts.stream()
                .map(port -> name + port + "=" + url(port + 1))
                .collect(Collectors.joining(","));
        for (int port : clientPorts) {
            var builder = new ProcessBuilder(
                    command,
                    "--name=" + name + port,
                    "--data-dir=" + target.dataDir.resolve("data" + port),
                    "--listen-client-urls=" + url(port),
                    "--advertise-client-urls=" + url(port),
                    "--listen-peer-urls=" + url(port + 1),
                    "--initial-advertise-peer-urls=" + url(port + 1),
                    "--initial-cluster=" + cluster,
                    "--quota-backend-bytes=8000000000",
                    "--log-level=error");
            builder.redirectErrorStream(true)
                    .redirectOutput(workDir.resolve(name + port + ".log").toFile());
            target.processes.add(builder.start());
        }
        for (int i = 0; i < members; i++) target.awaitPort(i);
        target.findLeader();
        return target;
    }

    private static String url(int port) {
        return "http://127.0.0.1:" + port;
    }

    private void awaitPort(int member) throws IOException {
        long begun = System.nanoTime();
        while (true) {
            try (var socket = new Socket()) {
                socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), clientPorts.get(member)), 200);
                return;
            } catch (IOException notYet) {
                if (!processes.get(member).isAlive() || System.nanoTime() - begun > START_TIMEOUT_NANOS) {
                    throw new IOException(name + " did not start serving on port " + clientPorts.get(member), notYet);
                }
                pause(50);
            }
        }
    }

    /** Looks who leads now; leadership may have moved since the last time. */
    void findLeader() throws InterruptedException {
        for (int i = 0; i < clientPorts.size(); i++) {
            if (Workloads.leads(clientPorts.get(i))) {
                leader = i;
                return;
            }
        }
        throw new IllegalStateException(name + " has no leader");
    }

    /** Where the leader serves clients. */
    int leaderPort() {
        return clientPorts.get(leader);
    }

    /** Where the members asked for serve clients. */
    List<Integer> ports(Members members) {
        return switch (members) {
            case LEADER -> List.of(leaderPort());
            case FOLLOWER -> List.of(clientPorts.get((leader + 1) % clientPorts.size()));
            case ALL -> clientPorts;
        };
    }

    /** Whom a workload asks. */
    enum Members {
        LEADER,
        FOLLOWER,
        ALL
    }

    static void pause(long millis) {
        try {
            TimeUnit.MILLISECONDS.sleep(millis);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    /** User and system time the processes have used, in seconds. */
    double cpuSeconds() {
        double all = 0;
        for (var process : processes) {
            // The command name may hold spaces; everything behind the last parenthesis is numbers.
            var stat = read(process, "stat");
            var fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
            all += (Long.parseLong(fields[11]) + Long.parseLong(fields[12])) / 100.0;
        }
        return all;
    }

    /** Resident memory in MiB, of the largest member. */
    long residentMib() {
        return residentMibOfEach().stream().max(Long::compare).orElse(0L);
    }

    /** Resident memory in MiB of every member. */
    List<Long> residentMibOfEach() {
        return processes.stream().map(Target::residentMib).toList();
    }

    private static long residentMib(Process process) {
        return read(process, "status")
                .lines()
                .filter(line -> line.startsWith("VmRSS:"))
                .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) / 1024)
                .sum();
    }

    private static String read(Process process, String file) {
        try {
            return Files.readString(Path.of("/proc", Long.toString(process.pid()), file));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() throws IOException {
        processes.forEach(Process::destroy);
        try {
            for (var process : processes) {
                if (!process.waitFor(20, TimeUnit.SECONDS))
                    process.destroyForcibly().waitFor();
            }
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
