package io.actd.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
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
import io.actd.protocol.api.LeaseKeepAliveRequest;
import io.actd.protocol.api.MemberListRequest;
import io.actd.protocol.api.MoveLeaderRequest;
import io.actd.protocol.api.RangeRequest;
import io.actd.protocol.api.WatchCreateRequest;
import io.actd.protocol.api.WatchRequest;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientInterceptors;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.MetadataUtils;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.extension.RegisterExtension;

/** One cluster of three processes from its founding to a disaster, told with etcdctl. */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class ClusterIT {
    private static final Duration TIMEOUT = Duration.ofSeconds(30);
    private static final Pattern FOR_WANT_OF_A_LEADER =
            Pattern.compile("leader changed|no leader|request timed out|context deadline exceeded|unhealthy cluster");

    @RegisterExtension
    static final Servers SERVERS = new Servers();

    private static Members cluster;

    @BeforeAll
    static void found() {
        cluster = Members.start(SERVERS, 3);
    }

    /** The last step leaves none of them running, and a cluster of one. */
    @AfterEach
    void allHoldTheSame() {
        if (!cluster.running().isEmpty()) {
            cluster.awaitEqualHashes();
        }
    }

    @AfterAll
    static void forget() {
        cluster = null;
    }

    // ctl.md §5, M-1, M-2
    @Test
    @Order(1)
    void everyMember_knowsAllThree_andOneLeads() {
        cluster.inOneTerm(() -> {
            for (ServerProcess member : cluster.members()) {
                String list = out(member, "member", "list");
                assertEquals(3, list.lines().count(), list);
                assertTrue(list.lines().allMatch(line -> line.contains(", started, m")), list);
                assertEquals(list, out(cluster.member(0), "member", "list"));
            }
            String status = all("endpoint", "status").out();
            assertEquals(3, status.lines().count(), status);
            assertEquals(
                    1,
                    status.lines()
                            .filter(line -> line.contains(", true, false, "))
                            .count(),
                    status);
            assertEquals(0, all("endpoint", "health").exitCode());
            assertEquals(
                    3,
                    out(cluster.member(1), "endpoint", "status", "--cluster")
                            .lines()
                            .count());
        });
    }

    @Test
    @Order(2)
    void whatIsPutAtOne_isReadAtEveryOther() {
        for (ServerProcess writer : cluster.members()) {
            String key = "by-" + writer.config().name();
            assertEquals("OK\n", out(writer, "put", key, "v"));
            for (ServerProcess reader : cluster.members()) {
                assertEquals(key + "\nv\n", out(reader, "get", key));
            }
        }
        // operations.md §8.2: what was applied here, whoever asked for it
        for (ServerProcess member : cluster.members()) {
            Await.until("puts of " + member.config().name(), TIMEOUT, () -> {
                long puts = Members.puts(member);
                return puts >= 3 && page(member, "/metrics").contains("\netcd_mvcc_put_total " + puts + "\n");
            });
        }
    }

    // MT-12
    @Test
    @Order(3)
    void leadership_movesToTheMemberNamed() {
        ServerProcess deposed = Await.value("leadership moves", TIMEOUT, ClusterIT::moveLeader);
        cluster.inOneTerm(() -> {
            Command.Result refused = etcdctl(deposed.endpoint(), "move-leader", Long.toHexString(Members.id(deposed)));
            assertTrue(refused.all().contains("no leader endpoint given"), refused.all());
            try (EtcdClient client = EtcdClient.connect(deposed.endpoint())) {
                MoveLeaderRequest back = MoveLeaderRequest.newBuilder()
                        .setTargetID(Members.id(deposed))
                        .build();
                assertEquals(
                        "FAILED_PRECONDITION: etcdserver: not leader",
                        assertThrows(StatusRuntimeException.class, () -> client.call(Rpc.MOVE_LEADER, back))
                                .getMessage());
            }
        });
        assertEquals("OK\n", out(deposed, "put", "moved", "v"));
    }

    /** Who led before; empty if the leader gave up, as it may, or there was an election. */
    private static Optional<ServerProcess> moveLeader() {
        ServerProcess leader = cluster.leader();
        ServerProcess follower = cluster.follower();
        String target = Long.toHexString(Members.id(follower));
        Command.Result moved = all("move-leader", target);
        if (moved.exitCode() != 0) {
            return Optional.empty();
        }
        assertEquals(
                "Leadership transferred from " + Long.toHexString(Members.id(leader)) + " to " + target + "\n",
                moved.out());
        return Optional.of(leader).filter(before -> cluster.leader() == follower);
    }

    // the loss of a minority is survived
    @Test
    @Order(4)
    void killedLeader_isReplaced_andCatchesUp() {
        ServerProcess killed = cluster.leader();
        killed.kill9();
        ServerProcess survivor = cluster.running().get(0);
        Members.put(survivor, "without", "one");
        for (int i = 0; i < 50; i++) {
            Members.put(survivor, "missed-" + i, "v");
        }
        killed.restart();
        assertEquals("missed-49\nv\n", out(killed, "get", "missed-49"));
    }

    // M-11, M-12: the others find it where it says it is now
    @Test
    @Order(5)
    void memberThatMoves_isFoundAtItsNewUrl() {
        ServerProcess moving = cluster.follower();
        ServerProcess other = cluster.leader();
        String id = Long.toHexString(Members.id(moving));
        ServerConfig elsewhere =
                moving.config().with(moving.config().dataDir(), moving.config().clientPort(), Ports.free(1)[0]);
        moving.kill9();
        assertTrue(out(other, "member", "update", id, "--peer-urls=" + elsewhere.peerUrl())
                .startsWith("Member " + id + " updated in cluster"));
        ServerProcess moved = SERVERS.launch(elsewhere);
        moved.awaitReady();
        assertTrue(out(moved, "member", "list").contains(", " + elsewhere.peerUrl() + ", "));
        assertEquals("OK\n", out(moved, "put", "moved-away", "v"));
        assertEquals("moved-away\nv\n", out(other, "get", "moved-away"));
        moved.kill9();
        out(other, "member", "update", id, "--peer-urls=" + moving.config().peerUrl());
        moving.restart();
        assertEquals("OK\n", out(moving, "put", "moved-back", "v"));
    }

    // M-2, M-3, M-5, M-10, M-14, OP-30, OP-35, OP-36, OP-58
    @Test
    @Order(6)
    void newMember_joinsAsLearner_isPromoted_removed_andEnds() {
        ServerProcess any = cluster.follower();
        ServerConfig free = SERVERS.configure(Target.underTest());
        Command.Result added = Await.value( // refused as unhealthy while connections are young (OP-55)
                "a learner is added", TIMEOUT, () -> Optional.of(etcdctl(
                                any.endpoint(), "member", "add", "m4", "--learner", "--peer-urls=" + free.peerUrl()))
                        .filter(result -> result.exitCode() == 0));
        Matcher told = Pattern.compile("ETCD_INITIAL_CLUSTER=\"(.*)\"").matcher(added.out());
        assertTrue(told.find(), added.out());
        String id = added.out().replaceAll("(?s)^Member +([0-9a-f]+) .*", "$1");
        assertTrue(out(any, "member", "list").contains(id + ", unstarted, , " + free.peerUrl() + ", , true"));
        for (ServerProcess member : cluster.running()) {
            assertEquals(4, Await.answer("members", TIMEOUT, () -> membersToldBy(member, true)));
        }
        Await.until("a second learner is refused", TIMEOUT, () -> etcdctl(
                        any.endpoint(), "member", "add", "m5", "--learner", "--peer-urls=http://127.0.0.1:1")
                .all()
                .contains("etcdserver: too many learner members in cluster"));

        ServerProcess first = SERVERS.launch(free.in(told.group(1), "m4", "--initial-cluster-state", "existing"));
        first.awaitReady();
        assertEquals("by-m1\nv\n", out(first, "get", "by-m1", "--consistency=s"));
        String refused = etcdctl(first.endpoint(), "get", "by-m1").all();
        assertTrue(refused.contains("etcdserver: rpc not supported for learner"), refused);
        assertTrue(out(first, "endpoint", "status").contains(", false, true, "));
        String notReady = page(first, "/readyz");
        assertTrue(notReady.contains("[-]non_learner failed: not supported for learner"), notReady);
        ServerProcess learner =
                withReadsOnLearners(first, free.in(told.group(1), "m4", "--learner-linearizable-reads"));
        assertEquals("OK\n", out(any, "put", "read-by-the-learner", "v"));
        assertEquals("read-by-the-learner\nv\n", out(learner, "get", "read-by-the-learner"));

        Await.until(
                "the learner is promoted",
                TIMEOUT,
                () -> isDone(etcdctl(any.endpoint(), "member", "promote", id), "can only promote a learner"));
        assertTrue(out(any, "member", "list").contains(id + ", started, m4, "));
        Await.until(
                "the new voter reads",
                TIMEOUT,
                () -> etcdctl(learner.endpoint(), "get", "by-m1").exitCode() == 0);
        assertEquals("OK\n", out(learner, "put", "by-m4", "v"));
        assertEquals("by-m4\nv\n", out(any, "get", "by-m4"));

        Await.until(
                "the fourth is removed",
                TIMEOUT,
                () -> isDone(etcdctl(any.endpoint(), "member", "remove", id), "member not found"));
        assertEquals(0, learner.awaitExit());
        learner.log().await("the member has been permanently removed from the cluster", TIMEOUT);
        assertEquals(3, out(any, "member", "list").lines().count());
        learner.relaunch();
        assertEquals(0, learner.awaitExit(), "what was removed can not come back");
    }

    // OP-33, OP-35: refused, and the cluster goes on
    @Test
    @Order(7)
    void membersThatDoNotFit_areRefused() {
        String three = cluster.member(0).config().initialCluster();
        ServerConfig free = SERVERS.configure(Target.underTest());

        refused(
                free.in(three + ",m4=" + free.peerUrl(), "m4", "--initial-cluster-state", "existing"),
                "member count is unequal");
        ServerProcess down = cluster.follower();
        String without =
                three.replace(down.config().name() + "=" + down.config().peerUrl(), "x=" + free.peerUrl());
        refused(free.in(without, "x", "--initial-cluster-state", "existing"), "no match found for existing member");
        refused(
                free.in("x=" + free.peerUrl() + ",y=http://127.0.0.1:1", "x", "--initial-cluster-state", "existing"),
                "cannot fetch cluster info from peer urls");
        refused(free.in(three, "m9"), "couldn't find local name \\\"m9\\\" in the initial cluster configuration");
        refused(free.in("m1=http://127.0.0.1:1,m2=http://127.0.0.1:1", "m1"), "has duplicate url");
        down.kill9();
        refused(
                down.config()
                        .with(
                                free.dataDir(),
                                down.config().clientPort(),
                                down.config().peerPort()),
                "has already been bootstrapped");
        down.restart();
    }

    // OP-38: another token is another cluster, whatever the addresses
    @Test
    @Order(8)
    void memberOfAnotherToken_isNotHeard() {
        ServerProcess down = cluster.follower();
        down.kill9();
        ServerProcess lost = SERVERS.launch(down.config()
                .with(
                        SERVERS.newDirectory().resolve("data"),
                        down.config().clientPort(),
                        down.config().peerPort())
                .in(down.config().initialCluster(), down.config().name(), "--initial-cluster-token", "another"));
        lost.log().await("cluster ID mismatch", TIMEOUT);
        assertEquals("OK\n", out(cluster.leader(), "put", "undisturbed", "v"));
        lost.kill9();
        down.restart();
    }

    // faults M4: somebody took the wrong directory; it is said, and heals when it is put right
    @Test
    @Order(9)
    void memberOnTheDataOfAnother_harmsNobody() {
        ServerProcess follower = cluster.follower();
        ServerProcess other = cluster.running().stream()
                .filter(member -> member != follower && member != cluster.leader())
                .findFirst()
                .orElseThrow();
        follower.kill9();
        other.kill9();
        ServerProcess wrong = SERVERS.launch(follower.config()
                .with(
                        other.config().dataDir(),
                        follower.config().clientPort(),
                        follower.config().peerPort()));
        wrong.log().await("do not lead to this process", TIMEOUT);
        wrong.kill9();
        follower.restart();
        other.restart();
        assertEquals("OK\n", out(follower, "put", "healed", "v"));
    }

    // LM-1, MD-2, M6, OP-52, RG-3
    @Test
    @Order(10)
    void lastMember_servesOldReads_andCanBeForcedToGoOnAlone() {
        ServerProcess survivor = cluster.follower();
        for (ServerProcess other : cluster.members()) {
            if (other != survivor) {
                other.kill9();
            }
        }
        Await.until("no leader is known", TIMEOUT, () -> Members.status(survivor)
                .filter(status -> status.getLeader() == 0)
                .isPresent());
        assertEquals("by-m1\nv\n", out(survivor, "get", "by-m1", "--consistency=s"));
        assertEquals(1, etcdctl(survivor.endpoint(), "endpoint", "health").exitCode());
        assertEquals(3, membersToldBy(survivor, false));
        assertEquals(
                "UNAVAILABLE: etcdserver: request timed out",
                assertThrows(StatusRuntimeException.class, () -> membersToldBy(survivor, true))
                        .getMessage());
        refusesWhatRequiresALeader(survivor);

        survivor.kill9();
        ServerProcess alone = SERVERS.launch(survivor.config()
                .in(survivor.config().initialCluster(), survivor.config().name(), "--force-new-cluster"));
        alone.awaitReady();
        String list = out(alone, "member", "list");
        assertEquals(1, list.lines().count(), list);
        assertFalse(list.contains(", true"), list);
        assertEquals("by-m1\nv\n", out(alone, "get", "by-m1"));
        assertEquals("OK\n", out(alone, "put", "alone", "v"));
    }

    /** Now, or at an earlier attempt whose answer did not come. */
    private static boolean isDone(Command.Result change, String ifBefore) {
        return change.exitCode() == 0 || change.all().contains(ifBefore);
    }

    private static void refused(ServerConfig config, String text) {
        ServerProcess process = SERVERS.launch(config);
        assertEquals(1, process.awaitExit(), () -> process.log().tail(20));
        assertTrue(process.log().find(line -> line.contains(text)).isPresent(), () -> process.log()
                .tail(20));
    }

    /** The learner started again with a flag that only concerns its own answers. */
    private static ServerProcess withReadsOnLearners(ServerProcess learner, ServerConfig config) {
        learner.kill9();
        ServerProcess again = SERVERS.launch(config);
        again.awaitReady();
        return again;
    }

    private static int membersToldBy(ServerProcess member, boolean linearizable) {
        try (EtcdClient client = EtcdClient.connect(member.endpoint(), TIMEOUT)) {
            MemberListRequest list =
                    MemberListRequest.newBuilder().setLinearizable(linearizable).build();
            return client.call(Rpc.MEMBER_LIST, list).getMembersCount();
        }
    }

    // MD-2
    private static void refusesWhatRequiresALeader(ServerProcess member) {
        Metadata required = new Metadata();
        required.put(Metadata.Key.of("hasleader", Metadata.ASCII_STRING_MARSHALLER), "true");
        try (EtcdClient client = EtcdClient.connect(member.endpoint())) {
            Channel channel =
                    ClientInterceptors.intercept(client.channel(), MetadataUtils.newAttachHeadersInterceptor(required));
            RangeRequest range = RangeRequest.newBuilder()
                    .setKey(EtcdClient.bytes("by-m1"))
                    .setSerializable(true)
                    .build();
            WatchCreateRequest create = WatchCreateRequest.newBuilder()
                    .setKey(EtcdClient.bytes("by-m1"))
                    .build();
            refusesForWantOfALeader(channel, Rpc.RANGE, range);
            refusesForWantOfALeader(
                    channel,
                    Rpc.WATCH,
                    WatchRequest.newBuilder().setCreateRequest(create).build());
            refusesForWantOfALeader(
                    channel,
                    Rpc.LEASE_KEEP_ALIVE,
                    LeaseKeepAliveRequest.newBuilder().setID(1).build());
        }
    }

    private static <Q, R> void refusesForWantOfALeader(Channel channel, MethodDescriptor<Q, R> method, Q request) {
        CallOptions options = CallOptions.DEFAULT.withDeadlineAfter(TIMEOUT.toSeconds(), TimeUnit.SECONDS);
        assertEquals(
                "UNAVAILABLE: etcdserver: no leader",
                assertThrows(StatusRuntimeException.class, () -> ClientCalls.blockingServerStreamingCall(
                                        channel, method, options, request)
                                .next())
                        .getMessage());
    }

    private static String page(ServerProcess member, String path) {
        return Command.run(List.of("curl", "-sS", "http://" + member.endpoint() + path), Map.of(), "")
                .out();
    }

    /** What the command prints at one member; it must go well, but for an election. */
    private static String out(ServerProcess member, String... command) {
        return Await.value(String.join(" ", command), TIMEOUT, () -> {
            Command.Result result = etcdctl(member.endpoint(), command);
            boolean again = result.exitCode() != 0
                    && FOR_WANT_OF_A_LEADER.matcher(result.all()).find();
            if (!again) {
                assertEquals(0, result.exitCode(), result::all);
            }
            return again ? Optional.empty() : Optional.of(result.out());
        });
    }

    /** With all members as endpoints. */
    private static Command.Result all(String... command) {
        return etcdctl(cluster.endpoints(), command);
    }

    private static Command.Result etcdctl(String endpoints, String... command) {
        List<String> words = new ArrayList<>(List.of("etcdctl", "--endpoints", endpoints));
        words.addAll(List.of(command));
        return Command.run(words, Map.of(), "");
    }
}
