package io.actd.cluster;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.typesafe.config.ConfigFactory;
import io.actd.member.MemberConfig;
import io.actd.peer.Network;
import io.actd.peer.PeerConfig;
import io.actd.protocol.api.HashKVResponse;
import io.actd.protocol.api.Member;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.LongStream;

/**
 * Members in one JVM, each with an actor system and files of its own, and a network that can be cut. At the end of every
 * test those that run must be equal.
 */
final class TestCluster implements AutoCloseable {
    static final Duration ELECTION_TIMEOUT = Duration.ofMillis(500);
    private static final Duration HEARTBEAT = Duration.ofMillis(50);
    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final long CLUSTER_ID = 0xc1;
    private static final String VERSION = "3.6.0";
    private static final Duration LEASE_CHECKPOINTS = Duration.ofSeconds(2);
    private static final MemberConfig.Reconfiguration UNCHECKED = new MemberConfig.Reconfiguration(false, 1);

    final Network network = new Network();
    private final Path dir;
    private final MemberConfig.Reconfiguration reconfiguration;
    private final Duration electionTimeout;
    private final Map<Long, TestMember> members = new TreeMap<>();
    private String unequalBecause = "";

    private TestCluster(Path dir, MemberConfig.Reconfiguration reconfiguration, Duration electionTimeout) {
        this.electionTimeout = electionTimeout;
        this.dir = dir;
        this.reconfiguration = reconfiguration;
    }

    /** Three members that found a cluster; changes of the membership are not checked for health. */
    static TestCluster ofThree(Path dir) {
        return ofThree(dir, UNCHECKED);
    }

    static TestCluster ofThree(Path dir, MemberConfig.Reconfiguration reconfiguration) {
        return started(ofThreeVersions(dir, reconfiguration, ELECTION_TIMEOUT, VERSION, VERSION, VERSION));
    }

    static TestCluster ofThree(Path dir, Duration electionTimeout) {
        return started(ofThreeVersions(dir, UNCHECKED, electionTimeout, VERSION, VERSION, VERSION));
    }

    /** Three that speak by Artery, in whose queues there is room for so many messages to a peer. */
    static TestCluster ofThreeOverSockets(Path dir, int queueMessages) {
        var cluster = new TestCluster(dir, UNCHECKED, ELECTION_TIMEOUT);
        var ports = freePorts(3);
        var founders = LongStream.rangeClosed(1, 3)
                .mapToObj(id -> founder(id, "http://127.0.0.1:" + ports.get((int) id - 1)))
                .toList();
        var queues = "pekko.remote.artery.advanced.outbound-message-queue-size = " + queueMessages;
        for (var self : founders) {
            var url = self.getPeerURLs(0);
            var system = ConfigFactory.parseString(queues)
                    .withFallback(PeerConfig.of(url, List.of(url)))
                    .withFallback(ConfigFactory.load());
            var config = cluster.config(self, MemberConfig.Start.FOUND, founders, VERSION);
            cluster.members.put(self.getID(), new TestMember(config, system));
        }
        return started(cluster);
    }

    /** All are held until the last is found. */
    private static List<Integer> freePorts(int howMany) {
        if (howMany == 0) return List.of();
        try (var socket = new ServerSocket(0)) {
            var ports = new ArrayList<>(freePorts(howMany - 1));
            ports.add(socket.getLocalPort());
            return ports;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static TestCluster started(TestCluster cluster) {
        cluster.members.values().forEach(TestMember::start);
        cluster.members.values().forEach(TestMember::api);
        return cluster;
    }

    /** Members 1, 2 and 3 of these versions; none is started. */
    static TestCluster ofVersions(Path dir, String one, String two, String three) {
        return ofThreeVersions(dir, UNCHECKED, ELECTION_TIMEOUT, one, two, three);
    }

    private static TestCluster ofThreeVersions(
            Path dir, MemberConfig.Reconfiguration reconfiguration, Duration electionTimeout, String... versions) {
        var cluster = new TestCluster(dir, reconfiguration, electionTimeout);
        var founders = List.of(founder(1), founder(2), founder(3));
        for (int i = 0; i < versions.length; i++) {
            cluster.add(founders.get(i), MemberConfig.Start.FOUND, founders, versions[i]);
        }
        return cluster;
    }

    /** That member, stopped before, starts again as another version. */
    TestMember startAs(long id, String version) {
        var all = List.copyOf(leader().api().state().members().all());
        var changed = add(founder(id), MemberConfig.Start.FOUND, all, version);
        changed.start();
        return changed;
    }

    private static Member founder(long id) {
        return founder(id, urlOf(id));
    }

    private static Member founder(long id, String url) {
        return Member.newBuilder().setID(id).setName("m" + id).addPeerURLs(url).build();
    }

    static String urlOf(long id) {
        return "http://127.0.0.1:" + (23800 + id);
    }

    /** Starts a member the cluster has added. */
    TestMember join(long id) {
        var known = new ArrayList<>(up().getFirst().api().state().members().all());
        var joining = add(founder(id), MemberConfig.Start.JOIN, known, VERSION);
        joining.start();
        return joining;
    }

    private TestMember add(Member self, MemberConfig.Start start, List<Member> initial, String version) {
        var member = new TestMember(config(self, start, initial, version), network);
        members.put(member.id, member);
        return member;
    }

    private MemberConfig config(Member self, MemberConfig.Start start, List<Member> initial, String version) {
        var home = dir.resolve("m" + self.getID());
        return new MemberConfig(
                self.toBuilder()
                        .addClientURLs("http://127.0.0.1:" + (23700 + self.getID()))
                        .build(),
                CLUSTER_ID,
                start,
                initial,
                home,
                home.resolve("member").resolve("wal"),
                5,
                HEARTBEAT,
                electionTimeout,
                true,
                true,
                1000,
                500,
                0,
                0,
                1_572_864,
                Duration.ofMinutes(10),
                LEASE_CHECKPOINTS,
                1000,
                Duration.ofMillis(10),
                MemberConfig.AutoCompaction.Off.INSTANCE,
                reconfiguration,
                version);
    }

    TestMember member(long id) {
        return Objects.requireNonNull(members.get(id));
    }

    List<TestMember> all() {
        return List.copyOf(members.values());
    }

    List<TestMember> up() {
        return members.values().stream().filter(TestMember::isUp).toList();
    }

    /** The one that leads, once all that are up and can hear it agree. */
    TestMember leader() {
        return leaderAmong(up());
    }

    TestMember leaderAmong(List<TestMember> some) {
        await("one leader among " + some, () -> agreed(some) != 0);
        return member(agreed(some));
    }

    private static long agreed(List<TestMember> some) {
        var leaders = some.stream().map(m -> m.api().status().leader()).collect(Collectors.toSet());
        if (leaders.size() != 1) return 0;
        long leader = leaders.iterator().next();
        return some.stream().anyMatch(m -> m.id == leader && m.api().status().isLeader()) ? leader : 0;
    }

    List<TestMember> followers() {
        var leader = leader();
        return up().stream().filter(m -> m != leader).toList();
    }

    TestMember follower() {
        return followers().getFirst();
    }

    /** The others. */
    List<TestMember> without(TestMember one) {
        return up().stream().filter(m -> m != one).toList();
    }

    void isolate(TestMember one) {
        network.isolate(one.id);
    }

    static void await(String what, BooleanSupplier condition) {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() - deadline > 0) throw new AssertionError("not yet: " + what);
            LockSupport.parkNanos(2_000_000);
        }
    }

    void awaitAll(String what, Predicate<TestMember> condition) {
        await(what, () -> up().stream().allMatch(condition));
    }

    /** Everybody that runs comes to have applied the same entries, and holds the same then. */
    void assertAllEqual() {
        Set<Held> held = new HashSet<>();
        await("everything applied", () -> {
            long index = leader().api().status().commitIndex();
            held.clear();
            if (!haveAllApplied(index)) return false;
            up().forEach(member -> held.add(Held.by(member)));
            return haveAllApplied(index); // and nothing more meanwhile
        });
        assertEquals(1, held.size(), held::toString);
    }

    private boolean haveAllApplied(long index) {
        return up().stream().allMatch(m -> m.api().state().appliedIndex() == index);
    }

    private record Held(HashKVResponse hash, List<Member> members) {
        static Held by(TestMember member) {
            return new Held(
                    member.hash().toBuilder().clearHeader().build(),
                    member.api().state().members().all());
        }
    }

    /** For a test after which those that run can not come to be equal. */
    void unequalAtTheEnd(String because) {
        unequalBecause = because;
    }

    /** Heals the network; then all that run have to become equal. */
    @Override
    public void close() {
        try {
            network.heal();
            if (unequalBecause.isEmpty()) assertAllEqual();
        } finally {
            members.values().forEach(TestMember::kill);
        }
    }
}
