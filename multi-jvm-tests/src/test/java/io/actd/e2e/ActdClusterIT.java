package io.actd.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.actd.e2e.server.Command;
import io.actd.e2e.server.LogLines;
import io.actd.e2e.server.Ports;
import io.actd.e2e.server.Target;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code bin/actd-cluster} as the README shows it: the leader is killed while somebody writes and somebody watches. */
class ActdClusterIT {
    private static final Duration TIMEOUT = Duration.ofSeconds(60);
    private static final List<String> NAMES = List.of("m1", "m2", "m3");
    private static final String SCRIPT =
            Path.of("..", "bin", "actd-cluster").toAbsolutePath().normalize().toString();

    private final List<Process> started = new ArrayList<>();
    private final int[] ports = Ports.free(6);

    @TempDir
    Path dir;

    /** Ends what a failed test leaves behind. */
    @AfterEach
    void stop() {
        for (Process process : started) {
            List<ProcessHandle> below = process.descendants().toList();
            process.destroyForcibly();
            below.forEach(ProcessHandle::destroyForcibly);
        }
    }

    @Test
    void leaderIsKilled_writerGoesOn_watchMissesNothing() throws Exception {
        Assumptions.assumeTrue(Target.underTest() == Target.ACTD, "etcd has no such script");
        // A test run in the background would hand down an ignored SIGINT.
        Process cluster = launch(
                "cluster.log", "env", "--default-signal=INT,TERM", SCRIPT, "--data", data(), "--ports", allPorts());
        List<String> all = endpoints();
        Await.until(
                "all serve", TIMEOUT, () -> etcdctl(all, "endpoint", "health").exitCode() == 0);
        for (String name : NAMES) assertTrue(status(name).startsWith(name + " runs as "));
        int place = leader(all);
        String leader = NAMES.get(place);
        List<String> others = new ArrayList<>(all);
        others.remove(place);

        launch("watch.log", "etcdctl", "--endpoints", String.join(",", all), "watch", "--prefix", "key", "-w=fields");
        LogLines watched = LogLines.of(dir.resolve("watch.log"));
        Await.until("the watch is there", TIMEOUT, () -> {
            etcdctl(all, "put", "key", "first");
            return watched.find(line -> line.contains("\"first\"")).isPresent();
        });
        put(all, "key1");
        assertEquals(0, command("kill", leader).exitCode());
        assertEquals(leader + " is down", status(leader));
        for (int i = 2; i < 20; i++) put(others, "key" + i);
        assertEquals(0, command("start", leader).exitCode());
        Await.until("it reads what it missed", TIMEOUT, () -> etcdctl(List.of(all.get(place)), "get", "key19")
                .out()
                .equals("key19\nv\n"));
        assertTrue(command("start", leader).all().contains(leader + " runs already"));
        watched.await("\"key19\"", TIMEOUT);
        List<Long> revisions = watched.all().stream()
                .filter(line -> line.startsWith("\"ModRevision\" : "))
                .map(line -> Long.parseLong(line.replaceAll("\\D", "")))
                .toList();
        assertEquals(
                LongStream.rangeClosed(revisions.get(0), revisions.get(revisions.size() - 1))
                        .boxed()
                        .toList(),
                revisions,
                "every revision once");
        Await.until("equal hashes", TIMEOUT, () -> haveEqualHashes(all));

        endByCtrlC(cluster);
        for (String name : NAMES) assertEquals(name + " is down", status(name));
        LogLines said = LogLines.of(dir.resolve("cluster.log"));
        assertTrue(said.find(line -> line.startsWith(leader + " | ") && line.contains("ended with status 137"))
                .isPresent());
    }

    /** To the script alone: it is to end the members itself. */
    private static void endByCtrlC(Process cluster) throws InterruptedException {
        List<ProcessHandle> below = cluster.descendants().toList();
        Command.run(List.of("kill", "-INT", Long.toString(cluster.pid())), Map.of(), "");
        assertTrue(cluster.waitFor(TIMEOUT.toSeconds(), TimeUnit.SECONDS), "it ends");
        assertEquals(0, cluster.exitValue());
        Await.until("nothing is left", TIMEOUT, () -> below.stream().noneMatch(ProcessHandle::isAlive));
    }

    /** Tried until it goes through. */
    private static void put(List<String> endpoints, String key) {
        Await.until(
                key + " is put",
                TIMEOUT,
                () -> etcdctl(endpoints, "put", key, "v").exitCode() == 0);
    }

    private static boolean haveEqualHashes(List<String> endpoints) {
        List<String> hashes = etcdctl(endpoints, "endpoint", "hashkv")
                .out()
                .lines()
                .map(line -> line.substring(line.indexOf(", ")))
                .toList();
        return hashes.size() == endpoints.size() && hashes.stream().distinct().count() == 1;
    }

    private static int leader(List<String> endpoints) {
        return Await.value("a leader", TIMEOUT, () -> {
            List<String> lines =
                    etcdctl(endpoints, "endpoint", "status").out().lines().toList();
            return IntStream.range(0, lines.size())
                    .filter(i -> lines.size() == endpoints.size())
                    .filter(i -> lines.get(i).contains(", true, false, "))
                    .boxed()
                    .findFirst();
        });
    }

    private String status(String name) {
        return command("status")
                .out()
                .lines()
                .filter(line -> line.startsWith(name))
                .findFirst()
                .orElseThrow();
    }

    private Command.Result command(String... words) {
        List<String> line = new ArrayList<>(List.of(SCRIPT, "--data", data()));
        line.addAll(List.of(words));
        return Command.run(line, Map.of(), "");
    }

    private static Command.Result etcdctl(List<String> endpoints, String... words) {
        List<String> line = new ArrayList<>(List.of("etcdctl", "--endpoints", String.join(",", endpoints)));
        line.addAll(List.of(words));
        return Command.run(line, Map.of(), "");
    }

    private Process launch(String log, String... words) throws IOException {
        Process process = new ProcessBuilder(words)
                .redirectErrorStream(true)
                .redirectOutput(dir.resolve(log).toFile())
                .start();
        started.add(process);
        return process;
    }

    private String data() {
        return dir.resolve("data").toString();
    }

    private List<String> endpoints() {
        return IntStream.of(0, 2, 4).mapToObj(i -> "127.0.0.1:" + ports[i]).toList();
    }

    private String allPorts() {
        return Arrays.stream(ports).mapToObj(Integer::toString).collect(Collectors.joining(","));
    }
}
