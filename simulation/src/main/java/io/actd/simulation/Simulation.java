package io.actd.simulation;

import ch.qos.logback.classic.Level;
import io.actd.check.History;
import io.actd.check.LeaseChecker;
import io.actd.check.RevisionOrderChecker;
import io.actd.check.WindowSearch;
import io.actd.protocol.api.Member;
import io.actd.simulation.check.AppliedStates;
import io.actd.simulation.check.Calm;
import io.actd.simulation.check.Moment;
import io.actd.simulation.check.Moments;
import io.actd.simulation.check.RaftPromises;
import io.actd.simulation.client.Compactor;
import io.actd.simulation.client.KvClient;
import io.actd.simulation.client.LeaseClient;
import io.actd.simulation.client.Liveness;
import io.actd.simulation.client.Recorder;
import io.actd.simulation.client.Watches;
import io.actd.simulation.cluster.Machine;
import io.actd.simulation.cluster.SimulatedNetwork;
import io.actd.simulation.fault.Faults;
import io.actd.simulation.fault.MemberChanges;
import io.actd.simulation.fault.Nemesis;
import io.actd.simulation.fault.Repairs;
import io.actd.simulation.thread.JournalTap;
import io.actd.simulation.thread.RunQueue;
import io.actd.simulation.thread.Trace;
import io.actd.simulation.thread.VirtualProcess;
import io.actd.world.SimulatedDisk.Operation;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One cluster from its first start to its end: clients and faults for a while, then all heals, then everything that was
 * seen is checked. Runs on the calling thread alone; equal plans give equal reports.
 */
public final class Simulation {
    /** Calls in a window of the search, at least. */
    private static final int WINDOW = 20;

    private static final int FIRST_HOLDER = 50;
    private static final int FIRST_INSISTENT = 70;
    private static final KvClient.Pace INSISTENT = new KvClient.Pace(200_000_000, 20, 200_000_000);

    private static final Duration STANDOFF = Liveness.MAJORITY_WITHIN.plusSeconds(5);
    /** About three times the longest of some hundred seeds. */
    private static final Duration REPAIRED_WITHIN = Duration.ofSeconds(40);

    /** About three times the longest of some thousand seeds, repairs included: 28 s. */
    private static final Duration QUIET_WITHIN = Duration.ofSeconds(80);

    private static final Duration STRIDE = Duration.ofMillis(100);
    private static final long LONGEST_RESTART_NANOS = 3_000_000_000L;
    private static final long SOON_NANOS = 100_000_000L;

    /** Longer than any pause. */
    private static final long LONGEST_STOP_NANOS = 10_000_000_000L;

    /** A hundred times what the longest simulation takes. */
    private static final long MOST_STEPS = 50_000_000;

    private final Plan plan;
    private final boolean judged;
    private final Trace trace;
    private final RunQueue queue;
    private final VirtualProcess world;
    private final SplittableRandom random;
    private final List<Machine> machines = new ArrayList<>();
    private final List<String> violations = new ArrayList<>();
    private final Recorder recorder;
    private final Calm calm;
    private final Liveness liveness;
    private final RaftPromises promises;
    private final AppliedStates states;
    private final MemberChanges changes;
    private final Repairs repairs;
    private final long longestRestartNanos;
    private String lastError = "";
    private int searchedWindows;

    private Simulation(Plan plan, boolean judged, @Nullable Consumer<String> lines) {
        this.plan = plan;
        this.judged = judged;
        this.random = new SplittableRandom(plan.seed());
        this.trace = new Trace(lines);
        this.queue = new RunQueue(random.split(), trace);
        this.world = new VirtualProcess("*", queue, 1);
        this.recorder = new Recorder(queue);
        this.calm = new Calm(queue::now);
        this.liveness = new Liveness(queue::now, calm::untouchedSinceNanos, machines, this::violated);
        this.promises = new RaftPromises(machines, this::ledAnew, this::violated);
        this.states = new AppliedStates(machines, this::violated);
        this.changes = new MemberChanges(machines, queue, random.split(), calm);
        this.repairs = new Repairs(machines, changes, queue, random.split(), calm, this::beyondHelp);
        this.longestRestartNanos = random.nextInt(4) == 0 ? SOON_NANOS : LONGEST_RESTART_NANOS;
        queue.latenessUpTo(plan.latenessNanos());
    }

    /** Runs a plan to its end. */
    public static Report run(Plan plan) {
        return run(plan, null);
    }

    /** @param lines who reads what happens, line by line */
    public static Report run(Plan plan, @Nullable Consumer<String> lines) {
        return new Simulation(plan, true, lines).run();
    }

    /**
     * Runs a plan once more that has kept its promises, for the hash of its report: what comes to the same hash is the same
     * history, so states and answers are not compared again.
     */
    public static Report again(Plan plan) {
        return new Simulation(plan, false, null).run();
    }

    private Report run() {
        LogTap.read(trace.isRead() ? Level.INFO : Level.ERROR, this::logged);
        try {
            return simulate();
        } finally {
            LogTap.stopReading();
        }
    }

    private void logged(Level level, String line) {
        if (level == Level.ERROR) lastError = line;
        trace.note(queue.now(), "log", line);
    }

    private Report simulate() {
        var network = new SimulatedNetwork(queue, random.split(), promises::sent);
        var nemesis = new Nemesis(machines, network, queue, calm, changes, repairs);
        addMachines(network);
        machines.stream().filter(Machine::isInService).forEach(Machine::start);
        nemesis.plan(plan.faults());
        var load = new Load();
        load.start();
        runFor(plan.load());
        long majorityNanos = isWhole() && !plan.minority().isEmpty() ? standOff(nemesis, load) : 0;
        nemesis.healAll();
        long healedNanos = queue.now();
        load.stop();
        if (!runUntil(this::isWhole, REPAIRED_WITHIN))
            violated("LIVENESS a change of members or a repair did not come about in " + REPAIRED_WITHIN);
        var ending = new Ending(plan, machines, recorder, queue, random.split());
        ending.begin();
        runUntil(() -> load.isOver(ending), QUIET_WITHIN);
        long quietNanos = queue.now() - healedNanos;
        if (violations.isEmpty())
            violations.addAll(ending.verify(load.watches.log().seenRevision()));
        if (violations.isEmpty()) violations.addAll(load.watches.lacking());
        var log = load.watches.log().events();
        load.watches.stop();
        var history = new History(recorder.operations(), log, recorder.watches(), recorder.mayExpire());
        if (judged && violations.isEmpty()) check(history);
        return new Report(
                trace.hash(),
                queue.now(),
                quietNanos,
                majorityNanos,
                queue.steps(),
                recorder.operations().size(),
                recorder.answered(),
                load.watches.log().seenRevision(),
                nemesis.losses(),
                nemesis.happened(),
                nemesis.deaths(),
                moments(history),
                searchedWindows,
                violations);
    }

    /**
     * Most heals, a few machines do not, and the others have to serve: soon, and then all the time.
     *
     * @return how long it was until they did
     */
    private long standOff(Nemesis nemesis, Load load) {
        var majority = nemesis.healAllBut(plan.minority());
        liveness.majority(majority);
        majority.forEach(load::insistAt);
        runFor(STANDOFF);
        return liveness.majorityEnds();
    }

    private boolean isWhole() {
        return changes.isIdle() && repairs.isIdle();
    }

    private void runFor(Duration time) {
        long until = queue.now() + time.toNanos();
        while (violations.isEmpty() && queue.step(until)) {
            promises.afterStep();
            if (judged) states.afterStep();
            if (queue.steps() > MOST_STEPS) violated("LIVELOCK more than " + MOST_STEPS + " steps");
        }
    }

    /** False if it did not come true in that time. */
    private boolean runUntil(BooleanSupplier isSo, Duration within) {
        long end = queue.now() + within.toNanos();
        while (!isSo.getAsBoolean() && violations.isEmpty() && queue.now() < end) runFor(STRIDE);
        return isSo.getAsBoolean() || !violations.isEmpty();
    }

    private void ledAnew() {
        calm.ledAnew();
        liveness.ledAnew();
    }

    private void violated(String what) {
        violations.add(what);
        trace.event(queue.now(), "!", "VIOLATION " + what);
    }

    private Map<Moment, Long> moments(History history) {
        if (!judged) return Map.of();
        var moments = Moments.of(history, recorder.leases());
        promises.addTo(moments);
        return moments;
    }

    private void check(History history) {
        for (var violation : RevisionOrderChecker.check(history))
            violated(violation.rule() + " " + violation.evidence());
        var windows = WindowSearch.check(history, WINDOW);
        searchedWindows = windows.windows();
        windows.failures().forEach(failure -> violated("WINDOW " + failure));
        for (var violation : LeaseChecker.check(history, recorder.leases(), 1 + Faults.drift(plan.faults())))
            violated(violation.rule() + " " + violation.evidence());
    }

    // ---- machines

    private void addMachines(SimulatedNetwork network) {
        var all = new ArrayList<Member>();
        for (int i = 1; i <= plan.members() + plan.spares(); i++) {
            all.add(Member.newBuilder()
                    .setID(0x100 + i)
                    .setName("m" + i)
                    .addPeerURLs("http://10.0.0." + i + ":2380")
                    .addClientURLs("http://10.0.0." + i + ":2379")
                    .build());
        }
        var initial = all.stream()
                .limit(plan.members())
                .map(m -> m.toBuilder().clearClientURLs().build())
                .toList();
        for (var self : all) {
            var machine = new Machine(
                    self.getName(), MemberSettings.of(plan, self, initial), network, queue, random.split(), owner);
            if (plan.lyingDisks()) machine.disk().lie();
            machines.add(machine);
        }
        machines.subList(plan.members(), machines.size()).forEach(Machine::retire);
    }

    private final Machine.Owner owner = new Machine.Owner() {
        @Override
        public void starts(Machine machine) {
            promises.starts(machine.memberId());
            disturbed(machine);
        }

        @Override
        public JournalTap.Reader reader(Machine machine) {
            return promises.log(machine.memberId());
        }

        @Override
        public void diskFailed(Machine machine, Operation operation, Path path) {
            Simulation.this.diskFailed(machine, operation, path);
        }

        @Override
        public void ended(Machine machine, Machine.End how, @Nullable Throwable reason) {
            Simulation.this.ended(machine, how, reason);
        }
    };

    /** A log that could not be written, or of which nobody knows what is on the disk, must not be used any more. */
    private void diskFailed(Machine machine, Operation operation, Path path) {
        disturbed(machine);
        trace.event(queue.now(), machine.name(), operation + " of " + path + " fails");
        boolean fatal = operation == Operation.WRITE || operation == Operation.SYNC;
        var process = machine.process();
        if (!fatal || !path.toString().endsWith(".wal") || process == null) return;
        world.after(LONGEST_STOP_NANOS, "stopped?", () -> {
            if (process.isAlive() && !process.isPaused())
                violated("STOPS_ITSELF " + machine.name() + " goes on after a failed " + operation + " of " + path);
        });
    }

    private void disturbed(Machine machine) {
        calm.disturbed();
        liveness.disturbed(machine);
    }

    private void beyondHelp(Machine machine) {
        violated("BEYOND_HELP " + machine.name() + " does not start with files that are as they were: " + lastError);
    }

    private void ended(Machine machine, Machine.End how, @Nullable Throwable reason) {
        disturbed(machine);
        if (how == Machine.End.REFUSED) {
            refused(machine, reason);
            return;
        }
        var why = reason == null ? lastError : reason + "; " + lastError;
        if (how == Machine.End.EXITED && !machine.diskHasFailed(why) && !machine.isAllowedToEnd())
            violated("STAYS_UP " + machine.name() + " ended by itself: " + why);
        world.after(random.nextLong(longestRestartNanos), "restart", () -> {
            if (!machine.isRunning() && machine.isToRun() && !repairs.isMending(machine)) machine.start();
        });
    }

    /** Whoever is to repair it has to be told which of the member's directories is damaged. */
    private void refused(Machine machine, @Nullable Throwable reason) {
        var told = String.valueOf(reason);
        trace.event(queue.now(), machine.name(), "refuses to start: " + told);
        if (!told.contains(machine.config().dataDir().resolve("member").toString()))
            violated("REASON " + machine.name() + " does not say what is damaged: " + told);
        repairs.refused(machine);
    }

    // ---- clients

    private final class Load {
        private final List<KvClient> clients = new ArrayList<>();
        private final List<LeaseClient> holders = new ArrayList<>();
        private final Watches watches;
        private final Compactor compactor;

        Load() {
            var who = plan.clients();
            var pace = new KvClient.Pace(who.thinkNanos(), 20, who.pauseNanos());
            for (int i = 0; i < who.pairs(); i++)
                clients.add(new KvClient(i, machines, recorder, liveness, queue, random.split(), who.mix(), pace));
            var around = LeaseClient.Surroundings.of(
                    machines,
                    recorder,
                    queue,
                    Faults.drift(plan.faults()),
                    MemberSettings.ELECTION_TIMEOUT.toNanos(),
                    MemberSettings.LEASE_CHECKPOINTS.toNanos(),
                    calm::sinceNanos,
                    Simulation.this::violated);
            for (int i = 0; i < who.leases(); i++)
                holders.add(new LeaseClient(FIRST_HOLDER + i, around, random.split()));
            watches = new Watches(who.watches(), machines, recorder, queue, random.split(), Simulation.this::violated);
            compactor = new Compactor(
                    machines, recorder, queue, random.split(), watches.log()::seenRevision, who.compactEveryNanos());
        }

        void start() {
            clients.forEach(KvClient::start);
            holders.forEach(LeaseClient::start);
            watches.start();
            compactor.start();
        }

        /** One more client, who asks this machine all the time. */
        void insistAt(Machine machine) {
            int number = FIRST_INSISTENT + machines.indexOf(machine);
            var mix = plan.clients().mix();
            var client =
                    new KvClient(number, List.of(machine), recorder, liveness, queue, random.split(), mix, INSISTENT);
            clients.add(client);
            client.start();
        }

        void stop() {
            clients.forEach(KvClient::stop);
            holders.forEach(LeaseClient::stop);
            watches.cancelNoMore();
            compactor.stop();
        }

        /** A call that nobody knows the outcome of belongs to the history, too. */
        boolean isOver(Ending ending) {
            return ending.isQuiet(watches.log().seenRevision())
                    && compactor.isIdle()
                    && clients.stream().allMatch(KvClient::isIdle)
                    && holders.stream().allMatch(LeaseClient::isIdle)
                    && watches.lacking().isEmpty();
        }
    }
}
