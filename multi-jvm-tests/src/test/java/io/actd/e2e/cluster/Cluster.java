package io.actd.e2e.cluster;

import io.actd.e2e.Await;
import io.actd.e2e.load.Load;
import io.actd.e2e.load.Verdict;
import io.actd.e2e.server.Ports;
import io.actd.e2e.server.ServerConfig;
import io.actd.e2e.server.Servers;
import io.actd.e2e.server.Target;
import io.actd.protocol.api.StatusResponse;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiPredicate;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.AfterTestExecutionCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * The cluster of a story, and what happens to it.
 *
 * <p>At the end of every story, and only if nothing failed in it, links are healed, members that are down or paused go on,
 * the clients end, and everything must come out right: each member serves, what the clients saw is without a violation,
 * and all members have the hash of the history the clients saw. Then, or after a failure, every process is killed.
 */
public final class Cluster implements AfterTestExecutionCallback, AfterEachCallback, AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final int SCALE = Integer.getInteger("stories.scale", 1);
    private static final long SEED = Long.getLong("stories.seed", 1);
    private static final String TOKEN = "stories";

    private final Servers servers = new Servers();
    private final Network network = new Network();
    private final List<Member> members = new ArrayList<>();
    private final List<PeerProxy> proxies = new ArrayList<>();
    private final Map<String, SmallDisk> disks = new HashMap<>();
    private int diskMebibytes; // 0: the machine's own disk
    private boolean direct;
    private @Nullable Load load;

    /** Lets members reach each other directly, for measurements: no link can be cut. */
    public Cluster direct() {
        direct = true;
        return this;
    }

    /** Gives each member a disk of its own of this size. */
    public Cluster onDisksOf(int mebibytes) {
        Assumptions.assumeTrue(SmallDisk.isPossible(), "only root can mount small disks");
        diskMebibytes = mebibytes;
        return this;
    }

    /** Starts members {@code m1}, {@code m2}… and returns once all serve clients. */
    public Cluster start(int size, String... flags) {
        Assumptions.assumeTrue(
                Target.underTest() == Target.ETCD || Boolean.getBoolean("stories"),
                "actd does not run clusters of several processes yet; -Dstories=true to try");
        List<ServerConfig> configs = new ArrayList<>();
        for (int i = 1; i <= size; i++) {
            configs.add(configure("m" + i));
        }
        String cluster = configs.stream()
                .map(config -> config.name() + "=" + config.peerUrl())
                .collect(Collectors.joining(","));
        List<String> all = new ArrayList<>(List.of("--initial-cluster-token", TOKEN));
        all.addAll(List.of(flags));
        for (ServerConfig config : configs) {
            start(config.in(cluster, config.name(), all.toArray(String[]::new)));
        }
        members.forEach(Member::awaitReady);
        return this;
    }

    /** A member's ports and directory, and its proxy. */
    private ServerConfig configure(String name) {
        ServerConfig config = servers.configure(Target.underTest());
        if (direct) {
            return config.in("", name);
        }
        config = config.behind(Ports.free(1)[0]).in("", name);
        proxies.add(new PeerProxy(name, config.advertisedPeerPort(), config.peerPort(), network, this::processes));
        return config;
    }

    private Member start(ServerConfig config) {
        if (diskMebibytes > 0) {
            disks.put(config.name(), SmallDisk.mount(config.dataDir().getParent(), diskMebibytes));
        }
        Member member = new Member(servers, config);
        add(member);
        return member;
    }

    private synchronized void add(Member member) {
        members.add(member);
    }

    private synchronized Map<String, Long> processes() {
        Map<String, Long> pids = new HashMap<>();
        members.forEach(member -> pids.put(member.name(), member.process().pid()));
        return pids;
    }

    /** Starts the usual clients, and returns once they get on. */
    public Load load() {
        Load started = Load.start(members, SEED);
        load = started;
        return started.awaitWrites(100);
    }

    /** How often a story should do what it can do any number of times: {@code n} × {@code -Dstories.scale}. */
    public static int times(int n) {
        return n * SCALE;
    }

    /** All members, in the order of their names. */
    public List<Member> members() {
        return List.copyOf(members);
    }

    /** Where clients find the members. */
    public List<URI> endpoints() {
        return members.stream()
                .map(member -> URI.create("http://" + member.process().endpoint()))
                .toList();
    }

    /** The member that leads, as soon as a majority says so; waits for an election if need be. */
    public Member leader() {
        return Await.seldom("a leader", PATIENCE, this::findLeader);
    }

    private Optional<Member> findLeader() {
        Map<String, Integer> votes = new HashMap<>();
        List<StatusResponse> statuses = members.stream()
                .flatMap(member -> member.status().stream())
                .filter(status -> status.getLeader() != 0)
                .toList();
        for (StatusResponse status : statuses) {
            String opinion = status.getLeader() + " in term " + status.getRaftTerm();
            if (votes.merge(opinion, 1, Integer::sum) > members.size() / 2) {
                return statuses.stream()
                        .filter(own -> own.getHeader().getMemberId() == status.getLeader())
                        .findFirst()
                        .flatMap(own -> withId(status.getLeader()));
            }
        }
        return Optional.empty();
    }

    private Optional<Member> withId(long id) {
        return members.stream().filter(member -> member.hasId(id)).findFirst();
    }

    /** Members that run and do not lead. */
    public List<Member> followers() {
        Member leader = leader();
        return members.stream()
                .filter(member -> member != leader && member.isAlive() && !member.isPaused())
                .toList();
    }

    /** Cuts these members off from the others, both ways. */
    public void partition(Member... minority) {
        List<String> names = names(minority);
        cut((from, to) -> names.contains(from) != names.contains(to));
    }

    /** Nothing reaches the member; what it sends arrives. */
    public void isolateInbound(Member member) {
        cut((from, to) -> to.equals(member.name()));
    }

    /** Nothing the member sends arrives; it hears everything. */
    public void isolateOutbound(Member member) {
        cut((from, to) -> from.equals(member.name()));
    }

    private void cut(BiPredicate<String, String> which) {
        network.cut(names(members.toArray(Member[]::new)), which);
        Await.until("the cut is felt", PATIENCE, network::felt);
    }

    /** Mends every cut; what was held back arrives now. */
    public void heal() {
        network.heal();
    }

    /** Leaves no byte free on the member's disk, which must be small. */
    public void fillDisk(Member member) {
        disk(member).fill();
    }

    /** Undoes {@link #fillDisk}. */
    public void freeDisk(Member member) {
        disk(member).free();
    }

    /** Waits until the member has met the end of its disk: it has ended, or says so. */
    public void awaitDiskFullFelt(Member member) {
        Await.until(member + " feels its full disk", PATIENCE, () -> !member.isAlive() || member.saysDiskIsFull());
    }

    private SmallDisk disk(Member member) {
        SmallDisk disk = disks.get(member.name());
        if (disk == null) {
            throw new IllegalStateException("not started on small disks");
        }
        return disk;
    }

    /** Kills all members at once. */
    public void killAll() {
        members.parallelStream().forEach(Member::kill);
    }

    /** Starts all members that are down. */
    public void restartAll() {
        List<Member> down = members.stream().filter(member -> !member.isAlive()).toList();
        down.forEach(Member::launch);
        down.forEach(Member::awaitReady);
    }

    /** Hands leadership to this member and returns once it leads. */
    public void moveLeader(Member to) {
        Administration.of(leader()).moveLeader(to.id());
        Await.seldom(to + " leads", PATIENCE, () -> findLeader().filter(leader -> leader == to));
    }

    /** Takes a member out of the cluster; its process is not touched. */
    public void remove(Member member) {
        long id = member.id();
        Await.seldom(member + " is removed", PATIENCE, () -> Administration.of(leader())
                .tryRemove(id));
    }

    /** Adds a member that was removed and wiped, under its old name and addresses, and waits until it serves. */
    public void add(Member... again) {
        for (Member member : again) {
            ServerConfig config = member.config();
            Await.seldom(member + " is added", PATIENCE, () -> Administration.of(leader())
                    .tryAdd(config.peerUrl()));
            List<String> flags = new ArrayList<>(config.extraFlags());
            flags.addAll(List.of("--initial-cluster-state", "existing"));
            member.launch(config.in(config.initialCluster(), config.name(), flags.toArray(String[]::new)));
            member.awaitReady();
        }
    }

    /** Starts a further member, as a learner, and returns at once. */
    public Member addLearner() {
        ServerConfig config = configure("m" + (members.size() + 1));
        Await.seldom("a learner is added", PATIENCE, () -> Administration.of(leader())
                .tryAddLearner(config.peerUrl()));
        String cluster = members.get(0).config().initialCluster() + "," + config.name() + "=" + config.peerUrl();
        List<String> flags = new ArrayList<>(members.get(0).config().extraFlags());
        flags.addAll(List.of("--initial-cluster-state", "existing"));
        return start(config.in(cluster, config.name(), flags.toArray(String[]::new)));
    }

    private static List<String> names(Member... members) {
        return List.of(members).stream().map(Member::name).toList();
    }

    @Override
    public void afterTestExecution(ExtensionContext context) {
        Load running = load;
        if (context.getExecutionException().isPresent() || running == null) {
            return;
        }
        heal();
        members.stream().filter(Member::isPaused).forEach(Member::resume);
        restartAll();
        Verdict verdict = Verdict.on(running);
        System.out.printf("%s: %s%n", context.getRequiredTestClass().getSimpleName(), verdict.figures());
        if (!verdict.problems().isEmpty()) {
            throw new AssertionError("seed " + SEED + ":\n" + String.join("\n", verdict.problems()));
        }
        awaitHash(verdict.lastRevision(), verdict.hash());
    }

    private void awaitHash(long revision, int expected) {
        for (Member member : members) {
            int actual = Await.seldom("hash of " + member + " at " + revision, PATIENCE, () -> {
                var hash = member.hash(revision);
                return hash.isPresent() ? Optional.of(hash.getAsInt()) : Optional.empty();
            });
            if (actual != expected) {
                throw new AssertionError("%s has hash %08x at %d, but what the clients saw has %08x"
                        .formatted(member, actual, revision, expected));
            }
        }
    }

    @Override
    public void afterEach(ExtensionContext context) {
        if (context.getExecutionException().isPresent()) {
            servers.keepLogs(context);
        }
        close();
    }

    /** Kills everything that was started and removes what it left behind. */
    @Override
    public void close() {
        if (load != null) {
            load.abandon();
        }
        members.forEach(member -> member.process().close());
        disks.values().forEach(SmallDisk::close);
        proxies.forEach(PeerProxy::close);
        servers.closeAll();
    }
}
