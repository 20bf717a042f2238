package io.actd.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.actd.e2e.client.EtcdClient;
import io.actd.e2e.client.Rpc;
import io.actd.e2e.server.Command;
import io.actd.e2e.server.Members;
import io.actd.e2e.server.Ports;
import io.actd.e2e.server.ServerConfig;
import io.actd.e2e.server.ServerProcess;
import io.actd.e2e.server.Servers;
import io.actd.e2e.server.Target;
import io.actd.protocol.api.MemberAddRequest;
import java.io.IOException;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** How members come up: where they listen, and what is open before they are ready (operations.md §5, §7). */
class StartIT {
    private static final Duration TIMEOUT = Duration.ofSeconds(60);
    private static final String HEALTHY = "{\"health\":\"true\",\"reason\":\"\"}200";

    @RegisterExtension
    final Servers servers = new Servers();

    @BeforeEach
    void onlyOurs() {
        Assumptions.assumeTrue(Target.underTest() == Target.ACTD, "etcd 3.4 has neither these lines nor these paths");
    }

    // spec OP-30: who waits for a majority can be looked at; its clients wait
    @Test
    void withoutMajority_metricsAndHealthAreThere_clientPortsAreNot() {
        int metrics = Ports.free(1)[0];
        var url = "http://127.0.0.1:" + metrics;
        ServerConfig first = servers.configure(Target.underTest());
        ServerConfig second = servers.configure(Target.underTest());
        ServerConfig third = servers.configure(Target.underTest());
        var cluster = "m1=" + first.peerUrl() + ",m2=" + second.peerUrl() + ",m3=" + third.peerUrl();
        var management = "http://127.0.0.1:" + Ports.free(1)[0];
        ServerProcess alone = servers.launch(
                first.in(cluster, "m1", "--listen-metrics-urls", url, "--listen-management-urls", management));
        Await.until("metrics", TIMEOUT, () -> fetch(url + "/metrics").exitCode() == 0);
        Await.until("management", TIMEOUT, () -> status(management + "/alive").equals("OK200"));
        assertTrue(status(management + "/ready").endsWith("500"));

        assertTrue(fetch(url + "/metrics").out().contains("\netcd_server_has_leader 0\n"));
        assertEquals("{\"health\":\"false\",\"reason\":\"RAFT NO LEADER\"}\n503", status(url + "/health"));
        assertEquals("ok\n200", status(url + "/livez"));
        assertTrue(status(url + "/version").endsWith("404"));
        assertFalse(isOpen(first.clientPort()));

        ServerProcess joined = servers.launch(second.in(cluster, "m2"));
        alone.awaitReady();
        joined.awaitReady();
        Await.until("ready", TIMEOUT, () -> status(url + "/readyz").equals("ok\n200"));
        Await.until("ready", TIMEOUT, () -> status(management + "/ready").equals("OK200"));
        // Who is in the Pekko cluster depends on the lowest id, which may be that of the one that is not started.
        var self = "\"selfNode\":\"pekko://actd@127.0.0.1:" + first.peerPort() + "\"";
        assertTrue(fetch(management + "/cluster/members").out().contains(self));
        Await.until("healthy", TIMEOUT, () -> status(url + "/health").equals(HEALTHY));

        // A majority that is lost again: alive, but not ready (spec OP-73, OP-74).
        joined.kill9();
        Await.until("no leader", TIMEOUT, () -> status(url + "/health").endsWith("503"));
        assertEquals("ok\n200", status(url + "/livez"));
        assertEquals("OK200", status(management + "/alive"));
        assertTrue(status(management + "/ready").endsWith("500"));
        var ready = status(url + "/readyz?verbose");
        assertTrue(ready.contains("[+]serializable_read ok\n"), ready);
        assertTrue(ready.contains("[-]linearizable_read failed: "), ready);
        assertTrue(ready.endsWith("503"), ready);
        assertEquals("ok\n200", status(url + "/readyz/serializable_read"));

        ServerProcess again = servers.launch(second.in(cluster, "m2")); // another process on the same directory
        Await.until("ready again", TIMEOUT, () -> status(url + "/readyz").equals("ok\n200"));
        Await.until("healthy", TIMEOUT, () -> status(url + "/health").equals(HEALTHY));
        Members.awaitEqualHashes(List.of(alone, again));
    }

    @Test
    void killed_leavesNothingBehindAmongTheTemporaryFiles(@TempDir Path temporary) throws IOException {
        var options = Map.of("ACTD_JAVA_OPTS", "-Djava.io.tmpdir=" + temporary);
        var member = servers.launch(servers.configure(Target.underTest()).withEnvironment(options));
        member.awaitReady();
        member.kill9();
        try (var left = Files.list(temporary)) {
            assertEquals(List.of(), left.toList());
        }
    }

    // spec OP-35: the only member died before the voter added to it was started; each can not start without the other
    @Test
    void addedVoter_joinsAMemberThatCanNotBeReadyWithoutIt() {
        ServerProcess first = servers.start();
        ServerConfig added = servers.configure(Target.underTest());
        var cluster = first.config().name() + "=" + first.config().peerUrl() + ",second=" + added.peerUrl();
        Members.put(first, "k", "v");
        try (EtcdClient client = EtcdClient.connect(first.endpoint())) {
            client.call(
                    Rpc.MEMBER_ADD,
                    MemberAddRequest.newBuilder().addPeerURLs(added.peerUrl()).build());
        }
        first.kill9();
        first.relaunch();
        ServerProcess second = servers.launch(added.in(cluster, "second", "--initial-cluster-state", "existing"));
        first.awaitReady();
        second.awaitReady();
        assertEquals("v", Members.get(second, "k"));
        Members.awaitEqualHashes(List.of(first, second));
    }

    // operations.md §2.1: listen-peer-urls is a list
    @Test
    void severalPeerUrls_allLeadToTheMember() {
        List<ServerConfig> configs = new ArrayList<>();
        for (int i = 0; i < 3; i++) configs.add(servers.configure(Target.underTest()));
        List<String> cluster = new ArrayList<>();
        List<String> listen = new ArrayList<>();
        List<String> advertised = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            // Artery binds the first in the order of characters, unless one is advertised as it is written there.
            int peer = configs.get(i).peerPort();
            int further = Ports.free(1)[0];
            listen.add("http://127.0.0.1:" + peer + ",http://127.0.0.1:" + further);
            advertised.add("http://localhost:" + Math.max(peer, further));
            cluster.add("m" + (i + 1) + "=" + advertised.get(i));
        }
        List<ServerProcess> members = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            members.add(servers.launch(configs.get(i)
                    .in(
                            String.join(",", cluster),
                            "m" + (i + 1),
                            "--listen-peer-urls=" + listen.get(i),
                            "--initial-advertise-peer-urls=" + advertised.get(i))));
        }
        for (var config : configs) Await.until("ready", TIMEOUT, () -> isOpen(config.clientPort()));
        Members.put(members.get(0), "k", "v");
        for (var member : members) assertEquals("v", Members.get(member, "k"));
        Members.awaitEqualHashes(members);
    }

    // operations.md §2.1: listen-client-urls is a list
    @Test
    void severalClientUrls_allServe() {
        int[] ports = Ports.free(2);
        ServerProcess server =
                servers.start("--listen-client-urls=http://127.0.0.1:" + ports[0] + ",http://127.0.0.1:" + ports[1]);
        for (int port : ports) {
            try (EtcdClient client = EtcdClient.connect("127.0.0.1:" + port)) {
                client.put("k", "of " + port);
                assertEquals("of " + port, client.get("k").getKvs(0).getValue().toStringUtf8());
            }
        }
        assertEquals(143, server.terminate());
    }

    // spec OP-32: where there is a log, nothing is founded
    @Test
    void reusedDataDirectory_isWhatItWas() {
        ServerProcess first = servers.start();
        Members.put(first, "k", "v");
        assertEquals(143, first.terminate());
        var elsewhere = servers.configure(Target.underTest());
        ServerProcess again = servers.launch(first.config()
                .in(
                        "a=" + first.config().peerUrl() + ",b=" + elsewhere.peerUrl(),
                        "a",
                        "--initial-cluster-token=another"));
        again.awaitReady();
        assertEquals("v", Members.get(again, "k"));
        assertEquals(Members.id(again), Members.awaitStatus(again).getLeader());
    }

    // spec OP-33: one name is one member, so two processes of one name do not found a cluster
    @Test
    void twoMembersOfOneName_areRefused() {
        ServerConfig one = servers.configure(Target.underTest());
        ServerConfig two = servers.configure(Target.underTest());
        var cluster = "m=" + one.peerUrl() + ",m=" + two.peerUrl();
        for (var config : List.of(one, two)) {
            ServerProcess refused = servers.launch(config.in(cluster, "m"));
            assertEquals(1, refused.awaitExit());
            refused.log().await("missing from --initial-advertise-peer-urls", TIMEOUT);
            assertFalse(Files.exists(config.walDir()));
        }
    }

    // spec OP-62
    @Test
    void allStopTogether_andComeBack() {
        Members cluster = Members.start(servers, 3);
        Members.put(cluster.member(0), "k", "v");
        for (var member : cluster.members()) member.signal("TERM");
        for (var member : cluster.members()) assertEquals(143, member.awaitExit());
        for (var member : cluster.members()) member.relaunch();
        for (var member : cluster.members()) member.awaitReady();
        assertEquals("v", Members.get(cluster.member(2), "k"));
        cluster.awaitEqualHashes();
    }

    private static boolean isOpen(int port) {
        try (Socket socket = new Socket("127.0.0.1", port)) {
            return socket.isConnected();
        } catch (IOException e) {
            return false;
        }
    }

    private static Command.Result fetch(String url) {
        return Command.run(List.of("curl", "-sS", url), Map.of(), "");
    }

    /** The body and, right behind it, the status. */
    private static String status(String url) {
        return Command.run(List.of("curl", "-sS", "-w", "%{http_code}", url), Map.of(), "")
                .out();
    }
}
