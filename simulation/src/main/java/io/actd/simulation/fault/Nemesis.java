package io.actd.simulation.fault;

import io.actd.protocol.Outcome;
import io.actd.simulation.check.Calm;
import io.actd.simulation.cluster.Machine;
import io.actd.simulation.cluster.Machine.End;
import io.actd.simulation.cluster.NetworkWeather;
import io.actd.simulation.cluster.SimulatedNetwork;
import io.actd.simulation.thread.RunQueue;
import io.actd.simulation.thread.VirtualProcess;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** Makes planned faults happen, and undoes them when their time is over or everything is to heal. */
public final class Nemesis {
    /**
     * Where a process may be made to die; the table is {@code docs/failpoints.md}. Without {@code wal-in-sync}: nothing lies
     * between it and {@code wal-after-write-before-sync}, so a death there is one here. It is for making syncs slow, which is
     * {@link Fault.Kind#SLOW_DISK}; a kill or a power loss that comes by itself may come while a sync is under way.
     */
    public static final List<String> FAILPOINTS = List.of(
            "wal-before-create-rename",
            "wal-after-create-rename-before-dirsync",
            "wal-before-write",
            "wal-after-write-before-sync",
            "wal-after-sync",
            "wal-after-mark",
            "wal-before-cut-truncate",
            "wal-after-cut-head-before-sync",
            "wal-before-cut-rename",
            "wal-after-cut-rename-before-dirsync",
            "wal-after-cut",
            "wal-after-prepare-segment",
            "wal-before-purge",
            "wal-before-repair-truncate",
            "wal-after-repair-truncate-before-sync",
            "wal-after-write-again-before-sync",
            "backend-before-flush",
            "backend-after-flush",
            "compaction-after-batch",
            "compaction-before-finish",
            "copy-after-batch",
            "copy-before-complete",
            "copy-after-complete",
            "store-before-delete",
            "store-after-delete-before-dirsync");

    private static final String TEARING = "wal-after-write-before-sync";
    private static final int TEARS = 3;

    private final List<Machine> machines;
    private final SimulatedNetwork network;
    private final RunQueue queue;
    private final Calm calm;
    private final MemberChanges changes;
    private final Repairs repairs;
    private final VirtualProcess process;
    private final Map<Fault.Kind, Integer> happened = new EnumMap<>(Fault.Kind.class);
    private final Map<String, Integer> deaths = new TreeMap<>();
    private final List<Runnable> toUndo = new ArrayList<>();
    private long lossesTogether;
    private boolean over;

    /** @param calm is told of everything that happens */
    public Nemesis(
            List<Machine> machines,
            SimulatedNetwork network,
            RunQueue queue,
            Calm calm,
            MemberChanges changes,
            Repairs repairs) {
        this.calm = calm;
        this.changes = changes;
        this.repairs = repairs;
        this.machines = machines;
        this.network = network;
        this.queue = queue;
        this.process = new VirtualProcess("!", queue, 1);
    }

    /** Sets the clock for all of them. */
    public void plan(List<Fault> faults) {
        for (var fault : faults) process.after(fault.atNanos(), "fault", () -> begin(fault));
    }

    /** How often each kind took effect; what lasts counts once it is over. */
    public Map<Fault.Kind, Integer> happened() {
        return happened;
    }

    /** How often a process died at each failpoint; those at which none did are missing. */
    public Map<String, Integer> deaths() {
        return deaths;
    }

    /** How often a machine lost something when one alone lost power, of its own accord or at a failpoint. */
    public long losses() {
        return machines.stream().mapToLong(machine -> machine.disk().losses()).sum() - lossesTogether;
    }

    /** Undoes everything; nothing happens any more. */
    public void healAll() {
        over = true;
        undoAll();
    }

    private void undoAll() {
        machines.forEach(Machine::disarm);
        var all = List.copyOf(toUndo);
        toUndo.clear();
        all.forEach(Runnable::run);
    }

    /**
     * Undoes everything, and makes these happen, which last; nothing else happens any more. A machine that is no member's,
     * or one more than a minority, is spared.
     *
     * @return who is left alone and hears all others that are
     */
    public List<Machine> healAllBut(List<Fault> minority) {
        undoAll();
        var members = machines.stream().filter(Machine::isInService).toList();
        var hit = new LinkedHashSet<Machine>();
        var deaf = new HashSet<Machine>();
        for (var fault : minority) {
            var machine = machine(fault);
            if (machine == null || !members.contains(machine) || 2 * (hit.size() + 1) >= members.size()) continue;
            hit.add(machine);
            if (fault.kind() == Fault.Kind.CUT_PAIR) deaf.add(neighbour(machine));
            begin(fault.at(machines.indexOf(machine)));
        }
        over = true;
        return members.stream()
                .filter(one -> !hit.contains(one) && !deaf.contains(one))
                .toList();
    }

    private void begin(Fault fault) {
        var machine = machine(fault);
        if (over || machine == null) return;
        calm.disturbed();
        queue.trace().event(queue.now(), "!", fault + " at " + machine.name());
        boolean effect =
                switch (fault.kind()) {
                    case KILL -> machine.end(End.KILLED);
                    case POWER_LOSS -> machine.end(End.POWER_LOST);
                    case POWER_LOSS_OF_ALL -> endAll();
                    case DIE_AT_FAILPOINT -> dieAt(machine, fault);
                    case OFF -> switchOff(machine, fault);
                    case NO_CALLS -> loseCalls(machine, fault);
                    case PAUSE -> pause(machine, fault);
                    case SLOW_DISK -> slowDisk(machine, fault);
                    case DISK_ERRORS -> failDisk(machine, fault);
                    case DISK_FULL -> fillDisk(machine, fault);
                    case FLIPPED_BIT -> later(() -> flipBit(machine, fault));
                    case CLOCK_JUMP -> jump(machine, fault.argument());
                    case CLOCK_DRIFT -> drift(machine, fault.argument());
                    case ISOLATE, ISOLATE_INBOUND, ISOLATE_OUTBOUND, CUT_PAIR, SPLIT, SPLIT_ONE_WAY, RING ->
                        cut(fault, machine);
                    case LOSSY -> weather(fault, machine, new NetworkWeather(0, Reach.strength(fault), 50, 200));
                    case SLOW_NET ->
                        weather(fault, machine, new NetworkWeather(Reach.strength(fault) * 1_000_000L, 0, 0, 50));
                    case MOVE_LEADER -> moveLeader(machine, fault);
                    case MEMBER_LEAVES -> later(() -> changes.leave(machine, () -> count(fault)));
                    case MEMBER_JOINS -> later(() -> changes.join(fault.argument() % 2 == 0, () -> count(fault)));
                    case MEMBER_REPLACED ->
                        later(() -> changes.replace(machine, fault.argument() % 2 == 0, () -> count(fault)));
                };
        if (effect) count(fault);
    }

    /** What counts only when it has come about. */
    private static boolean later(Runnable begin) {
        begin.run();
        return false;
    }

    private void count(Fault fault) {
        happened.merge(fault.kind(), 1, Integer::sum);
    }

    private @Nullable Machine machine(Fault fault) {
        return fault.machine() == Fault.LEADER ? leader() : machines.get(fault.machine());
    }

    private Machine neighbour(Machine machine) {
        return machines.get((machines.indexOf(machine) + 1) % machines.size());
    }

    private @Nullable Machine leader() {
        for (var machine : machines) {
            var api = machine.api();
            if (api != null && api.status().isLeader()) return machine;
        }
        return null;
    }

    private void undoAfter(Fault fault, Runnable undo) {
        Runnable once = () -> {
            undo.run();
            calm.rights();
        };
        calm.wrongs();
        toUndo.add(once);
        process.after(fault.forNanos(), "undo", () -> {
            if (toUndo.remove(once)) once.run();
        });
    }

    /** Undoes it in time, and counts it then if the evidence has grown meanwhile: somebody has felt it. */
    private boolean undoAfter(Fault fault, LongSupplier evidence, Runnable undo) {
        long before = evidence.getAsLong();
        undoAfter(fault, () -> {
            if (evidence.getAsLong() > before) count(fault);
            undo.run();
        });
        return false;
    }

    /** Counts if at least one of them has lost something. */
    private boolean endAll() {
        long losers =
                machines.stream().filter(machine -> machine.end(End.POWER_LOST)).count();
        lossesTogether += losers;
        return losers > 0;
    }

    /** Counts when it has come by there. Only a power loss in the midst of a write leaves something to repair. */
    private boolean dieAt(Machine machine, Fault fault) {
        int number = fault.argument();
        var how = number % 2 == 0 ? End.POWER_LOST : End.KILLED;
        var failpoint = FAILPOINTS.get(number / 2 % FAILPOINTS.size());
        if (failpoint.contains("-repair-")) tear(machine, fault, TEARS);
        dieAt(machine, failpoint, how, fault);
        return false;
    }

    /** Not every power loss leaves something torn. */
    private void tear(Machine machine, Fault fault, int times) {
        machine.dieAt(TEARING, End.POWER_LOST, () -> {
            deaths.merge(TEARING, 1, Integer::sum);
            count(fault);
            if (times > 1) tear(machine, fault, times - 1);
        });
    }

    private void dieAt(Machine machine, String failpoint, End how, Fault fault) {
        machine.dieAt(failpoint, how, () -> {
            deaths.merge(failpoint, 1, Integer::sum);
            count(fault);
        });
    }

    private boolean pause(Machine machine, Fault fault) {
        var paused = machine.process();
        if (paused == null || paused.isPaused()) return false;
        paused.pause();
        return undoAfter(fault, paused::heldUp, paused::resume);
    }

    private boolean switchOff(Machine machine, Fault fault) {
        machine.keepsOff(true);
        boolean ran = machine.end(End.KILLED);
        undoAfter(fault, () -> {
            machine.keepsOff(false);
            if (!machine.isRunning() && machine.isToRun()) machine.start();
        });
        return ran;
    }

    private boolean loseCalls(Machine machine, Fault fault) {
        machine.losesCalls(true);
        return undoAfter(fault, machine::lostCalls, () -> machine.losesCalls(false));
    }

    private boolean slowDisk(Machine machine, Fault fault) {
        var undo = machine.disk().slowBy(fault.argument() * 1_000_000L);
        return undoAfter(fault, machine.disk()::slowSyncs, undo);
    }

    /** Counts when the member has stopped itself for it. */
    private boolean failDisk(Machine machine, Fault fault) {
        var undo = machine.disk().fail(fault.argument());
        return undoAfter(fault, machine::endsByDiskErrors, undo);
    }

    /** Counts if a write did not find the space it needed. */
    private boolean fillDisk(Machine machine, Fault fault) {
        var undo = machine.disk().fill(fault.argument());
        return undoAfter(fault, machine.disk()::refusedForSpace, undo);
    }

    /** Counts when the member has refused to start. */
    private void flipBit(Machine machine, Fault fault) {
        int drawn = fault.argument();
        var how = drawn % 2 == 0 ? End.POWER_LOST : End.KILLED;
        repairs.flip(machine, how, drawn / 2 % 2 == 0, drawn / 4 % 2 == 0, () -> count(fault));
    }

    private static boolean jump(Machine machine, int seconds) {
        machine.jumpEpoch(seconds * 1000L);
        return machine.isRunning() && seconds != 0;
    }

    private static boolean drift(Machine machine, int of1000) {
        machine.clockRate(1 + of1000 / 1000.0);
        return machine.end(End.KILLED);
    }

    private boolean cut(Fault fault, Machine machine) {
        var all = machines.stream().map(Machine::memberId).toList();
        var serving = machines.stream()
                .filter(Machine::isInService)
                .map(Machine::memberId)
                .toList();
        var links = Partitions.of(fault, machine.memberId(), all, serving);
        links.forEach(network::cut);
        LongSupplier lost = () -> links.stream().mapToLong(network::cutOff).sum();
        return undoAfter(fault, lost, () -> links.forEach(network::mend));
    }

    private boolean weather(Fault fault, Machine hit, NetworkWeather weather) {
        var front = network.comesUp(weather, Reach.of(fault).links(hit, machines));
        return undoAfter(fault, front::hits, () -> network.passes(front));
    }

    /** Counts when that machine leads. */
    private boolean moveLeader(Machine to, Fault fault) {
        var leader = leader();
        var api = leader == null ? null : leader.api();
        var serving = leader == null ? null : leader.process();
        if (api == null || serving == null || leader == to) return false;
        serving.soon(
                "api",
                () -> api.transferLeadership(to.memberId(), outcome -> {
                    if (outcome instanceof Outcome.Ok) count(fault);
                }));
        return false;
    }
}
