package io.actd.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.common.util.concurrent.Futures;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.actd.e2e.client.EtcdClient;
import io.actd.e2e.server.Command;
import io.actd.e2e.server.ServerConfig;
import io.actd.e2e.server.ServerProcess;
import io.actd.e2e.server.Servers;
import io.actd.e2e.server.Target;
import io.etcd.jetcd.api.KVGrpc;
import io.etcd.jetcd.api.RangeRequest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What scripts and supervisors see of the process (operations.md §1, §5, §9). */
class ProcessIT {
    @RegisterExtension
    final Servers servers = new Servers();

    // spec OP-31; the figure is printed, not judged
    @Test
    void start_becomesReady() {
        long begin = System.nanoTime();
        ServerProcess server = servers.start();
        long first = System.nanoTime() - begin;
        server.terminate();
        begin = System.nanoTime();
        server.restart();
        System.out.printf(
                "exec to ready: %d ms with a new directory, %d ms with an old one%n",
                first / 1_000_000, (System.nanoTime() - begin) / 1_000_000);
    }

    // spec OP-30, OP-31, OP-89, MD-7: what everybody waits for; from then on connections are taken
    @Test
    void readyLine_meansThatClientsAreServed() {
        Assumptions.assumeTrue(Target.underTest() == Target.ACTD, "etcd 3.4 has no such line");
        ServerProcess server = servers.launch(servers.configure(Target.underTest()));
        server.log().await("ready to serve client requests", Duration.ofSeconds(60));
        server.log().await("published local member to cluster through raft", Duration.ofSeconds(60));
        put(server, "k", "v");
    }

    // spec OP-62
    @Test
    void sigterm_endsWith143_andKeepsData() {
        ServerProcess server = servers.start();
        put(server, "k", "v");
        assertEquals(143, server.terminate());
        server.restart();
        assertEquals("v", get(server, "k"));
    }

    // spec OP-62
    @Test
    void sigint_endsWith130() {
        ServerProcess server = servers.start();
        server.signal("INT");
        assertEquals(130, server.awaitExit());
    }

    // spec OP-62: an open watch does not keep a member from stopping
    @Test
    void sigterm_withOpenWatch_ends() {
        ServerProcess server = servers.start();
        try (EtcdClient client = EtcdClient.connect(server.endpoint());
                var watch = client.watch()) {
            watch.createForAll(0);
            watch.stream().await(0);
            assertEquals(143, server.terminate());
            watch.stream().awaitEnd();
        }
    }

    // spec OP-83
    @Test
    void log_isJsonFromTheFirstLineToTheLast() {
        ServerProcess server = servers.start();
        put(server, "k", "v");
        server.terminate();
        server.restart();
        server.terminate();
        List<String> lines = server.log().all();
        assertFalse(lines.isEmpty());
        for (String line : lines) {
            JsonObject fields = JsonParser.parseString(line).getAsJsonObject();
            for (String field : List.of("level", "ts", "caller", "msg")) {
                assertTrue(fields.has(field), () -> field + " is missing in " + line);
            }
            assertNotEquals("error", fields.get("level").getAsString(), line);
        }
    }

    // spec §1 table
    @Test
    void versionAndHelp_endWith0() {
        Command.Result version = run("--version");
        assertEquals(0, version.exitCode());
        List<String> lines = version.out().lines().toList();
        List<String> names = List.of("etcd Version: 3.", "Git SHA: ", "Go Version: ", "Go OS/Arch: ");
        for (int i = 0; i < names.size(); i++) {
            assertTrue(lines.get(i).startsWith(names.get(i)), version.out());
        }
        for (String flag : List.of("--help", "-h")) {
            Command.Result help = run(flag);
            assertEquals(0, help.exitCode());
            assertTrue(help.all().contains("--listen-client-urls"), help.all());
        }
    }

    // spec §1 table, OP-5
    @Test
    void wrongFlags_endWithTheirCodes() {
        assertEquals(2, run("--no-such-flag").exitCode());
        assertEquals(2, run("--heartbeat-interval", "soon").exitCode());
        assertEquals(1, run("stray").exitCode());
        assertEquals(
                1,
                run("--heartbeat-interval", "100", "--election-timeout", "200").exitCode());
        assertTrue(run("--no-such-flag").err().contains("no-such-flag"));

        List<String> words = new ArrayList<>(Target.underTest().command());
        words.addAll(List.of("--name", "x"));
        Command.Result both = Command.run(words, Map.of("ETCD_NAME", "y"), "");
        assertEquals(1, both.exitCode());
        assertTrue(both.all().contains("is shadowed by corresponding command-line flag"), both.all());
    }

    @Test
    void dataDirInUse_isRefused_andItsOwnerUnharmed() {
        Assumptions.assumeTrue(Target.underTest() == Target.ACTD, "etcd waits for the lock for ever");
        ServerProcess owner = servers.start();
        put(owner, "k", "v");
        ServerConfig config =
                ServerConfig.onFreePorts(Target.underTest(), owner.config().dataDir());
        ServerProcess intruder = servers.launch(config);

        assertEquals(1, intruder.awaitExit());
        assertTrue(
                intruder.log().tail(20).contains(owner.config().dataDir().toString()),
                intruder.log().tail(20));
        put(owner, "k", "w");
        owner.kill9();
        owner.restart();
        assertEquals("w", get(owner, "k"));
    }

    @Test
    void portInUse_isRefused_andItsOwnerUnharmed() {
        ServerProcess owner = servers.start();
        ServerConfig free = servers.configure(Target.underTest());
        ServerProcess intruder =
                servers.launch(free.with(free.dataDir(), owner.config().clientPort(), free.peerPort()));

        assertEquals(1, intruder.awaitExit());
        assertTrue(
                intruder.log().find(line -> line.contains("in use")).isPresent(),
                intruder.log().tail(20));
        put(owner, "k", "v");
    }

    // R5 and the bounded-answer rule: a stopped process is not a wrong one
    @Test
    void pausedProcess_goesOnAfterwards() {
        ServerProcess server = servers.start();
        put(server, "k", "v");
        server.pause();
        try (EtcdClient client = EtcdClient.connect(server.endpoint())) {
            var late = client.send(
                    KVGrpc.getRangeMethod(),
                    RangeRequest.newBuilder().setKey(EtcdClient.bytes("k")).build());
            server.resume();
            assertEquals(1, Futures.getUnchecked(late).getCount());
        }
        put(server, "k", "w");
    }

    private static Command.Result run(String... flags) {
        List<String> words = new ArrayList<>(Target.underTest().command());
        words.addAll(List.of(flags));
        return Command.run(words, Map.of(), "");
    }

    private static void put(ServerProcess server, String key, String value) {
        try (EtcdClient client = EtcdClient.connect(server.endpoint())) {
            client.put(key, value);
        }
    }

    private static String get(ServerProcess server, String key) {
        try (EtcdClient client = EtcdClient.connect(server.endpoint())) {
            return client.get(key).getKvs(0).getValue().toStringUtf8();
        }
    }
}
