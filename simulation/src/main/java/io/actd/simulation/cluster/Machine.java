package io.actd.simulation.cluster;

import io.actd.join.ClusterDirectory;
import io.actd.join.JoinMessage;
import io.actd.join.JoinMessage.ClusterAnswer;
import io.actd.member.Member;
import io.actd.member.MemberApi;
import io.actd.member.MemberConfig;
import io.actd.member.MemberMetrics;
import io.actd.member.MemberParts;
import io.actd.member.Storage;
import io.actd.simulation.thread.JournalTap;
import io.actd.simulation.thread.RunQueue;
import io.actd.simulation.thread.SimulatedSystem;
import io.actd.simulation.thread.VirtualProcess;
import io.actd.world.Clock;
import io.actd.world.Failpoints;
import io.actd.world.SimulatedDisk;
import io.actd.world.SimulatedDisk.Operation;
import io.actd.world.World;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import org.apache.pekko.actor.typed.ActorSystem;
import org.jspecify.annotations.Nullable;
import scala.concurrent.ExecutionContext;

/**
 * A machine that runs one member, one process after another, on one disk. Whatever ends the process, the machine's
 * owner is told and may start it again.
 */
public final class Machine {
    /** 2026-01-01, for ids and log lines. */
    private static final long EPOCH_MILLIS = 1_767_225_600_000L;

    private static final long WAL_SEGMENT_BYTES = 32 << 10;

    /** A member whose disk has failed ends within that time, if it is not paused. */
    private static final long MOMENT_NANOS = 3_000_000_000L;

    /** Thrown through the code of a process that dies in the midst of it. */
    private static final class Died extends RuntimeException {
        private static final long serialVersionUID = 1L;

        Died(String where) {
            super("the process died at " + where);
        }
    }

    /** What ends a process. */
    public enum End {
        /** {@code kill -9}: what was written is kept. */
        KILLED,
        /** Power loss: what was not synced may be gone. */
        POWER_LOST,
        /** The member stopped itself. */
        EXITED,
        /** A bit of its files is wrong, and the member would not even begin. */
        REFUSED
    }

    /** Told when a process of the machine starts, and when it has ended. */
    public interface Owner {
        void starts(Machine machine);

        /** Who reads along what the log of this machine's next process holds and is given. */
        JournalTap.Reader reader(Machine machine);

        /** An operation of its disk failed. */
        void diskFailed(Machine machine, Operation operation, Path path);

        void ended(Machine machine, End end, @Nullable Throwable reason);
    }

    /** One life of the member. */
    private record Life(
            VirtualProcess process,
            ActorSystem<Member.Command> system,
            CompletableFuture<MemberApi> opened,
            CompletableFuture<MemberApi> ready,
            Failpoints failpoints) {}

    /** How a process is to end at a failpoint. */
    private record Trap(End how, Runnable died) {}

    private final String name;
    private final SimulatedNetwork network;
    private final RunQueue queue;
    private final SplittableRandom random;
    private final HardDisk disk;
    private final Owner owner;
    private final Set<Runnable> onEnd = new LinkedHashSet<>();
    private final Map<String, Trap> traps = new HashMap<>();
    private MemberConfig config;
    private boolean inService = true;
    private boolean mayEnd;
    private boolean off;
    private boolean losesCalls;
    private long lostCalls;
    private double clockRate = 1;
    private long epochOffsetMillis;
    private int lives;
    private long failuresAtStart;
    private long errorsAtStart;
    private long endsByDiskErrors;
    private @Nullable Life life;

    public Machine(
            String name,
            MemberConfig config,
            SimulatedNetwork network,
            RunQueue queue,
            SplittableRandom random,
            Owner owner) {
        this.name = name;
        this.config = config;
        this.network = network;
        this.queue = queue;
        this.random = random;
        this.owner = owner;
        this.disk = new HardDisk(name, queue, random, (operation, path) -> owner.diskFailed(this, operation, path));
    }

    public String name() {
        return name;
    }

    public MemberConfig config() {
        return config;
    }

    public HardDisk disk() {
        return disk;
    }

    public long memberId() {
        return config.self().getID();
    }

    /** True while it is, or is to become, a member's. */
    public boolean isInService() {
        return inService;
    }

    /** True if whoever finds it ended should start it. */
    public boolean isToRun() {
        return inService && !off;
    }

    /** Whether it is not to be started. */
    public void keepsOff(boolean isOff) {
        off = isOff;
    }

    /** Whether calls of clients get lost on their way to it. */
    public void losesCalls(boolean all) {
        losesCalls = all;
    }

    /** True if a call got here; if not it is counted. */
    public boolean isReached() {
        if (losesCalls) lostCalls++;
        return !losesCalls;
    }

    /** How many calls got lost. */
    public long lostCalls() {
        return lostCalls;
    }

    /** It is not to run, and does not run again until {@link #enlist}. */
    public void retire() {
        inService = false;
    }

    /** The member is about to be removed, so it may end by itself. */
    public void mayEnd() {
        mayEnd = true;
    }

    /** True if the member may end by itself. */
    public boolean isAllowedToEnd() {
        return mayEnd || !inService;
    }

    /** With an empty disk it is to join a cluster of these members, under this id. */
    public void enlist(long id, List<io.actd.protocol.api.Member> members) {
        if (life != null) throw new IllegalStateException(name + " runs");
        config = joining(config, id, members);
        disk.replace();
        inService = true;
        mayEnd = false;
    }

    /** How often a member stopped itself after its disk had returned an error, other than that it is full. */
    public long endsByDiskErrors() {
        return endsByDiskErrors;
    }

    /**
     * True if the disk failed or was full since the last start, and that may be why the member ends: it was a moment ago, or
     * this reason names it.
     */
    public boolean diskHasFailed(String reason) {
        if (disk.failures() == failuresAtStart) return false;
        return queue.now() - disk.lastFailureNanos() <= MOMENT_NANOS
                || reason.contains(DiskWeather.ERROR)
                || reason.contains(SimulatedDisk.FULL);
    }

    public boolean isRunning() {
        return life != null;
    }

    /** The process as it is now, null if none runs. */
    public @Nullable VirtualProcess process() {
        return life == null ? null : life.process;
    }

    /** The member's door, null while it does not serve. */
    public @Nullable MemberApi api() {
        var now = life;
        if (now == null || !now.ready.isDone() || now.ready.isCompletedExceptionally()) return null;
        return now.ready.join();
    }

    /** Who is in the cluster, as the member tells whoever asks at its peer port. */
    public ClusterAnswer describe(long about) {
        var now = life;
        return now == null
                ? JoinMessage.NotReady.INSTANCE
                : ClusterDirectory.answer(now.opened.getNow(null), api(), about);
    }

    /** From the next start on its clock runs at this rate. */
    public void clockRate(double rate) {
        clockRate = rate;
    }

    /** The wall clock jumps; the monotonic one does not. */
    public void jumpEpoch(long millis) {
        epochOffsetMillis += millis;
    }

    private static MemberConfig joining(MemberConfig before, long id, List<io.actd.protocol.api.Member> members) {
        return new MemberConfig(
                before.self().toBuilder().setID(id).build(),
                before.clusterId(),
                MemberConfig.Start.JOIN,
                members,
                before.dataDir(),
                before.walDir(),
                before.maxWals(),
                before.heartbeat(),
                before.electionTimeout(),
                before.preVote(),
                before.headStart(),
                before.snapshotCount(),
                before.catchupEntries(),
                before.quotaBytes(),
                before.diskReserveBytes(),
                before.maxRequestBytes(),
                before.watchProgressInterval(),
                before.leaseCheckpoints(),
                before.compactionBatchRows(),
                before.compactionPause(),
                before.autoCompaction(),
                before.reconfiguration(),
                before.serverVersion());
    }

    /** Runs when the process that runs now ends, however it does. */
    public void onEnd(Runnable action) {
        onEnd.add(action);
    }

    /** Takes an {@link #onEnd} back. */
    public void notOnEnd(Runnable action) {
        onEnd.remove(action);
    }

    /** Starts a process. */
    public void start() {
        if (life != null) throw new IllegalStateException(name + " runs already");
        lives++;
        failuresAtStart = disk.failures();
        errorsAtStart = disk.errors();
        owner.starts(this);
        var process = new VirtualProcess(name, queue, clockRate);
        var failpoints = new Failpoints();
        traps.keySet().forEach(failpoint -> failpoints.arm(failpoint, place -> comesBy(process, place)));
        var world = new World(clock(process), disk.of(process), random.split(), failpoints);
        var storage =
                new Storage((directory, itsWorld) -> FileBackend.open(directory, itsWorld.disk()), WAL_SEGMENT_BYTES);
        var opened = new CompletableFuture<MemberApi>();
        var ready = new CompletableFuture<MemberApi>();
        var parts = new MemberParts(world, storage, network.of(process), MemberMetrics.NONE);
        var guardian = Member.create(
                config,
                parts,
                api -> {
                    opened.complete(api);
                    disk.isRead();
                },
                ready);
        queue.trace().event(queue.now(), name, "starts for the " + lives + ". time");
        var system = SimulatedSystem.create(process, guardian, owner.reader(this));
        var born = new Life(process, system, opened, ready, failpoints);
        life = born;
        // On the thread that completes it: the Java form of this future would take one of the common pool.
        system.whenTerminated()
                .onComplete(
                        done -> {
                            exited(born);
                            return done;
                        },
                        ExecutionContext.fromExecutor(Runnable::run));
    }

    private Clock clock(VirtualProcess process) {
        return new Clock() {
            @Override
            public long nanoTime() {
                return process.nanoTime();
            }

            @Override
            public long epochMillis() {
                return EPOCH_MILLIS + process.nanoTime() / 1_000_000 + epochOffsetMillis;
            }

            @Override
            public void after(Duration delay, Runnable task) {
                process.after(delay.toNanos(), "alarm", task);
            }
        };
    }

    /** Ends the process at once, wherever it is. False if none runs, or the power is lost and the disk has lost nothing. */
    public boolean end(End how) {
        var now = life;
        if (now == null) return false;
        now.process.die();
        boolean effect = true;
        if (how == End.POWER_LOST) effect = disk.losePower();
        else disk.closeAll();
        ended(how, null);
        return effect;
    }

    /** The process that next comes by this place, this one or a later one, dies; then {@code died} runs. */
    public void dieAt(String failpoint, End how, Runnable died) {
        traps.put(failpoint, new Trap(how, died));
        var now = life;
        if (now != null) now.failpoints.arm(failpoint, place -> comesBy(now.process, place));
    }

    /** Takes back every {@link #dieAt}. */
    public void disarm() {
        traps.clear();
    }

    private void comesBy(VirtualProcess process, String failpoint) {
        if (process.isAlive()) {
            var trap = traps.remove(failpoint);
            if (trap == null) return;
            queue.trace().event(queue.now(), name, "dies at " + failpoint);
            trap.died().run();
            end(trap.how());
        }
        throw new Died(failpoint);
    }

    private void exited(Life which) {
        if (!which.process.isAlive()) return;
        which.process.die();
        disk.closeAll();
        var failure = which.ready.isCompletedExceptionally() ? which.ready.exceptionNow() : null;
        if (disk.errors() > errorsAtStart) endsByDiskErrors++;
        boolean refused = disk.isDamaged() && !which.opened.isDone() && !diskHasFailed(String.valueOf(failure));
        ended(refused ? End.REFUSED : End.EXITED, failure);
    }

    private void ended(End how, @Nullable Throwable reason) {
        life = null;
        queue.trace().event(queue.now(), name, "ended: " + how);
        var actions = List.copyOf(onEnd);
        onEnd.clear();
        actions.forEach(Runnable::run);
        owner.ended(this, how, reason);
    }
}
