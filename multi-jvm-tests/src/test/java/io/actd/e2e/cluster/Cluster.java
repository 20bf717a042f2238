package io.actd.e2e.cluster;

import io.actd.e2e.Await;
import io.actd.e2e.load.Load;
import io.actd.e2e.load.Verdict;
import io.actd.e2e.server.Members;
import io.actd.e2e.server.ServerConfig;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.BiPredicate;
import java.util.stream.Stream;
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
    private static final List<Duration> PAUSES =
            Stream.of(5, 30, 1, 15).map(Duration::ofSeconds).toList();
    /** Requests under way at each member, besides those of clients that wait for their answers. */
    private static final int IN_FLIGHT = Integer.getInteger("stories.flight", 8);

    private static final int TRIES = 3;
    private static final int SCALE = Integer.getInteger("stories.scale", 1);
    private static final boolean KEEP_LOGS = Boolean.getBoolean("stories.logs");
    static final long SEED = Long.getLong("stories.seed", 1);

    private int diskMebibytes;
    private Holding holding = Holding.LOG_AND_STORE;
    private boolean forgetful;
    private Ensemble.Wiring wiring = Ensemble.Wiring.PROXIES;
    private String ownClock = "";
    private boolean alone;
    private @Nullable Ensemble ensemble;
    private @Nullable Load load;

    /** Lets members reach each other directly, for measurements: no link can be cut. */
    public Cluster direct() {
        wiring = Ensemble.Wiring.DIRECT;
        return this;
    }

    /** Lets no other story play on the same processes: for one that writes a lot. */
    public Cluster alone() {
        alone = true;
        return this;
    }

    /** Gives this member a wall clock of its own, which makes it slow. */
    public Cluster withClockOfItsOwn(String member) {
        Assumptions.assumeTrue(FakeTime.isPossible(), "libfaketime is not installed");
        ownClock = member;
        return this;
    }

    /** For a story that calls {@link #losePackets}. */
    public Cluster onANetworkThatMayLosePackets() {
        Assumptions.assumeTrue(PacketLoss.isPossible(), "only root with nftables can lose packets");
        return this;
    }

    /** Gives each member a network stack of its own, at the end of a cable: for {@link #pullCable}. */
    public Cluster onCables() {
        Assumptions.assumeTrue(Cables.isPossible(), "only root with iproute2 can have network namespaces");
        wiring = Ensemble.Wiring.CABLES;
        return this;
    }

    /** Gives each member a disk of its own of this size, for that alone. */
    public Cluster onDisksOf(int mebibytes, Holding what) {
        Assumptions.assumeTrue(SmallDisk.isPossible(), "only root can mount small disks");
        diskMebibytes = mebibytes;
        holding = what;
        return this;
    }

    /** Gives each member a disk of its own that forgets what was not synced: for those that lose power. */
    public Cluster onDisksThatForget() {
        Assumptions.assumeTrue(ForgetfulDisk.isPossible(), "only root with /dev/fuse can have disks that forget");
        forgetful = true;
        return this;
    }

    /** Starts members {@code m1}, {@code m2}… and returns once all serve clients. */
    public Cluster start(int size, String... flags) {
        ensemble = Ensemble.of(new Ensemble.Settings(
                size, diskMebibytes, holding, forgetful, wiring, ownClock, alone, List.of(flags)));
        ensemble.awaitReady();
        return this;
    }

    private Ensemble ensemble() {
        if (ensemble == null) {
            throw new IllegalStateException("not started");
        }
        return ensemble;
    }

    /** Starts the usual clients, and returns once they get on. */
    public Load load() {
        Load started = Load.start(members(), ensemble().recording(), SEED);
        load = started;
        boolean bringsItsOwn = alone || diskMebibytes > 0;
        if (!bringsItsOwn) {
            started.crowd(IN_FLIGHT);
        }
        return started.awaitWrites(100);
    }

    /** How often a story should do what it can do any number of times: {@code n} × {@code -Dstories.scale}. */
    public static int times(int n) {
        return n * SCALE;
    }

    /** How long the pause of a story's round is: five seconds, and from one to thirty in a longer story (faults.md 18). */
    public static Duration pause(int round) {
        return PAUSES.get(round % PAUSES.size());
    }

    /** What the requests of the clients are drawn from: {@code -Dstories.seed}. */
    public static long seed() {
        return SEED;
    }

    /** All members, in the order of their names. */
    public List<Member> members() {
        return List.copyOf(ensemble().members());
    }

    /** Where clients find the members. */
    public List<URI> endpoints() {
        return members().stream()
                .map(member -> URI.create("http://" + member.process().endpoint()))
                .toList();
    }

    /** The member that leads, as soon as a majority says so; waits for an election if need be. */
    public Member leader() {
        return Await.seldom("a leader", PATIENCE, this::findLeader);
    }

    private Optional<Member> findLeader() {
        return Reign.told(members(), members().size() / 2 + 1).map(Reign::leader);
    }

    /** The leader and its term, as soon as all members agree. */
    public Reign reign() {
        return Await.seldom(
                "one leader for all",
                PATIENCE,
                () -> Reign.told(members(), members().size()));
    }

    /** Whether it leads in one term meanwhile; in the best of some tries, for a machine that stands still ends terms, too. */
    public boolean leadsOn(Member leader, Runnable meanwhile) {
        for (int i = 0; i < TRIES; i++) {
            moveLeader(leader);
            Reign before = reign();
            meanwhile.run();
            if (before.leader() == leader && reign().equals(before)) {
                return true;
            }
        }
        return false;
    }

    /** Waits until another member than this leads. */
    public void awaitOtherLeader(Member than) {
        Await.seldom("another leader than " + than, PATIENCE, () -> findLeader().filter(leader -> leader != than));
    }

    /** Members that run and do not lead. */
    public List<Member> followers() {
        Member leader = leader();
        return members().stream()
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

    /** Each member hears only the one before it, and is heard only by the one behind it. */
    public void ring() {
        List<String> names = names(members().toArray(Member[]::new));
        cut((from, to) -> (names.indexOf(from) + 1) % names.size() != names.indexOf(to));
    }

    private void cut(BiPredicate<String, String> which) {
        ensemble().network().cut(names(members().toArray(Member[]::new)), which);
        Await.until("the cut is felt", PATIENCE, ensemble().network()::felt);
        saw(Faults.Kind.CUT);
    }

    private void saw(Faults.Kind kind) {
        ensemble().faults().saw(kind);
    }

    /** Cuts members off and heals again, so often, before anybody can be sure of anything. */
    public void flap(int times, Duration each, Member... minority) {
        for (int i = 0; i < times; i++) {
            partition(minority);
            long until = System.nanoTime() + each.toNanos();
            Await.until("the cut lasts", PATIENCE, () -> System.nanoTime() >= until);
            heal();
        }
    }

    /** Nothing reaches the member any more or leaves it, its clients' packets neither, and nobody is told. */
    public void pullCable(Member member) {
        Await.seldom(member + " is there", PATIENCE, member::status);
        ensemble().cables().pull(member.name());
        Await.seldom(member + " is not heard", PATIENCE, () -> Optional.of(member)
                .filter(silent -> silent.status().isEmpty()));
        saw(Faults.Kind.CUT);
    }

    /** Loses so many of a hundred packets between members, and returns once some are lost. */
    public void losePackets(int percent) {
        PacketLoss loss = ensemble()
                .network()
                .lose(
                        percent,
                        members().stream()
                                .map(member -> member.config().address().advertisedPeerPort())
                                .toList());
        Await.seldom("packets are lost", PATIENCE, () -> loss.lost() > 0 ? Optional.of(true) : Optional.empty());
        saw(Faults.Kind.PACKETS_LOST);
    }

    /** Mends every cut, what was held back arrives now; plugs in every cable. Packets are lost no more. */
    public void heal() {
        ensemble().heal();
    }

    /** Leaves only so much free on the member's disk, which must be small. */
    public void fillDisk(Member member, int mebibytesLeft) {
        ensemble().disk(member).fill(mebibytesLeft);
    }

    /** Undoes {@link #fillDisk}. */
    public void freeDisk(Member member) {
        ensemble().disk(member).free();
    }

    /** Waits until each member has it that this one raised NOSPACE. */
    public void awaitNoSpaceAlarm(Member raisedBy) {
        String alarm = "memberID:" + Long.toUnsignedString(raisedBy.id()) + " alarm:NOSPACE";
        for (Member member : members()) {
            Await.seldom("alarm of " + raisedBy + " at " + member, PATIENCE, () -> member.status()
                    .filter(status -> status.getErrorsList().contains(alarm)));
        }
        saw(Faults.Kind.DISK_FULL);
    }

    /** Takes back the alarm this member has raised. */
    public void disarm(Member raisedBy) {
        Await.seldom("alarm of " + raisedBy + " disarmed", PATIENCE, () -> Administration.of(leader())
                .tryDisarm(raisedBy.id()));
    }

    /** Kills all members at once. */
    public void killAll() {
        members().parallelStream().forEach(Member::kill);
    }

    /** All members lose power, one of them in the middle of a sync. */
    public void losePowerEverywhere() {
        members().get(0).cutPowerInSync();
        members().stream().skip(1).forEach(Member::cutPower);
        long forgot = members().parallelStream().filter(Member::goDark).count();
        if (forgot > 0) {
            saw(Faults.Kind.POWER_LOST_EVERYWHERE);
        }
    }

    /** Starts all members that are down. */
    public void restartAll() {
        List<Member> down =
                members().stream().filter(member -> !member.isAlive()).toList();
        down.forEach(Member::launch);
        down.forEach(Member::awaitReady);
    }

    /** Hands leadership to this member, unless it leads, and returns once it does. */
    public void moveLeader(Member to) {
        if (leader() == to) {
            return;
        }
        Await.seldom(to + " leads", PATIENCE, () -> {
            Member leader = leader();
            if (leader != to) {
                Administration.of(leader).tryMoveLeader(to.id());
            }
            return findLeader().filter(now -> now == to);
        });
        saw(Faults.Kind.LEADER_MOVED);
    }

    /** Takes a member out of the cluster; its process is not touched. */
    public void remove(Member member) {
        long id = member.id();
        Await.seldom(member + " is removed", PATIENCE, () -> Administration.of(leader())
                .tryRemove(id));
        saw(Faults.Kind.REMOVE);
    }

    /** Adds a member that was removed and wiped, under its old name and addresses, and waits until it serves. */
    public void add(Member... again) {
        for (Member member : again) {
            Await.seldom(member + " is added", PATIENCE, () -> Administration.of(leader())
                    .tryAdd(member.config().peerUrl()));
            Ensemble.rejoin(member);
            member.awaitReady();
            saw(Faults.Kind.ADD);
        }
    }

    /** Starts a further member, as a learner, and returns at once. */
    public Member addLearner(String... launcher) {
        ServerConfig config = ensemble().configureNext().startedBy(List.of(launcher));
        Await.seldom("a learner is added", PATIENCE, () -> Administration.of(leader())
                .tryAddLearner(config.peerUrl()));
        return ensemble().join(config);
    }

    private static List<String> names(Member... members) {
        return List.of(members).stream().map(Member::name).toList();
    }

    @Override
    public void afterTestExecution(ExtensionContext context) {
        Load running = load;
        if (running == null) {
            if (ensemble != null && context.getExecutionException().isEmpty()) {
                Members.awaitEqualHashes(members().stream().map(Member::process).toList());
            }
            return;
        }
        String story = context.getRequiredTestClass().getSimpleName();
        StoryScore score =
                new StoryScore(running.recording(), ensemble().faults().take());
        Verdict verdict = null;
        try {
            if (context.getExecutionException().isEmpty()) {
                verdict = judge(running, score, story);
            }
        } finally {
            score.add(story, SEED);
        }
        if (verdict != null) {
            running.recording().endStory(verdict.log());
        }
    }

    private Verdict judge(Load running, StoryScore score, String story) {
        List<String> problems = new ArrayList<>();
        members().forEach(member -> member.unexpectedEnd().ifPresent(problems::add));
        heal();
        members().stream().filter(Member::isPaused).forEach(Member::resume);
        restartAll();
        Verdict verdict = Verdict.on(running);
        score.judged(verdict);
        problems.addAll(verdict.problems());
        if (problems.isEmpty()) {
            problems.addAll(wrongHashes(verdict.lastRevision(), verdict.hash()));
        }
        System.out.printf("%s: %s; %s%n", story, verdict.figures(), score);
        if (!problems.isEmpty()) {
            throw new AssertionError("seed " + SEED + ":\n" + String.join("\n", problems));
        }
        score.passed();
        return verdict;
    }

    private List<String> wrongHashes(long revision, int expected) {
        List<String> wrong = new ArrayList<>();
        for (Member member : members()) {
            int actual = Await.seldom("hash of " + member + " at " + revision, PATIENCE, () -> {
                var hash = member.hash(revision);
                return hash.isPresent() ? Optional.of(hash.getAsInt()) : Optional.empty();
            });
            if (actual != expected) {
                wrong.add("%s has hash %08x at %d, but what the clients saw has %08x"
                        .formatted(member, actual, revision, expected));
            }
        }
        return wrong;
    }

    @Override
    public void afterEach(ExtensionContext context) {
        if (ensemble == null) {
            return;
        }
        boolean failed = context.getExecutionException().isPresent();
        if (failed || KEEP_LOGS) {
            ensemble.keepLogs(context);
        }
        if (failed) {
            close();
        } else {
            ensemble.giveBack(context);
        }
    }

    /** Kills everything that was started and removes what it left behind. */
    @Override
    public void close() {
        if (load != null) {
            load.abandon();
        }
        ensemble().close();
    }
}
