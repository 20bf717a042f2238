package io.actd.member;

import io.actd.member.MemberConfig.AutoCompaction;
import io.actd.protocol.Outcome;
import io.actd.protocol.Refusal;
import io.actd.protocol.api.CompactionRequest;
import io.actd.protocol.api.InternalRaftRequest;
import io.actd.protocol.api.RequestHeader;
import io.actd.world.Clock;
import io.actd.world.World;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.function.Supplier;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.SupervisorStrategy;
import org.apache.pekko.actor.typed.javadsl.AbstractMatchingBehavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;

/**
 * Proposes compactions by itself while this member leads (spec C-7, OP-93): every five minutes to a number of revisions
 * ago, or periodically to the revision of one retention period ago. A member that does not lead only takes samples.
 *
 * <p>Who sends: the owner of the Raft role {@link Promoted} and {@link Demoted}; its own timer.
 *
 * <p>What is bounded: one proposal at a time; samples of one retention period, ten an hour.
 *
 * <p>On failure: restarted; the samples begin anew, so the next periodic compaction comes one retention later.
 */
public final class AutoCompactor extends AbstractMatchingBehavior<AutoCompactor.Command> {
    /** What the compactor is told. */
    public sealed interface Command {}

    /** This member leads. */
    public enum Promoted implements Command {
        INSTANCE
    }

    /** This member leads no longer. */
    public enum Demoted implements Command {
        INSTANCE
    }

    private enum Tick implements Command {
        INSTANCE
    }

    private record Ended(long revision, Outcome outcome) implements Command {}

    private static final Duration FIRST_TICK = Duration.ofSeconds(1);

    private final MemberApi member;
    private final Clock clock;
    private final Schedule schedule;
    /** [volatile] */
    private boolean leads;
    /** [volatile] A proposal is under way. */
    private boolean proposed;

    private long proposedAtNanos;
    /** [volatile] Last revision compacted to from here, 0 if none. */
    private long compactedTo;

    /** The behaviour, supervised; one that does nothing if compaction is off. */
    public static Behavior<Command> create(MemberApi member, MemberConfig config, World world) {
        return switch (config.autoCompaction()) {
            case AutoCompaction.Off off -> Behaviors.ignore();
            case AutoCompaction.Periodic periodic ->
                supervised(member, world.clock(), () -> new ByPeriod(periodic.retention()));
            case AutoCompaction.Revisions revisions ->
                supervised(member, world.clock(), () -> new ByRevision(revisions.retention()));
        };
    }

    private static Behavior<Command> supervised(MemberApi member, Clock clock, Supplier<Schedule> schedule) {
        return Behaviors.supervise(Behaviors.<Command>setup(context -> Behaviors.withTimers(timers -> {
                    var compactor = new AutoCompactor(context, member, clock, schedule.get());
                    // The first sample is taken a moment after the start, when the member's doors are open.
                    timers.startTimerWithFixedDelay(Tick.INSTANCE, FIRST_TICK, compactor.schedule.tick());
                    return compactor;
                })))
                .onFailure(Exception.class, SupervisorStrategy.restart());
    }

    private AutoCompactor(ActorContext<Command> context, MemberApi member, Clock clock, Schedule schedule) {
        super(context);
        context.setLoggerName(AutoCompactor.class); // a timer would give it one of its own
        this.member = member;
        this.clock = clock;
        this.schedule = schedule;
        // After a restart nobody will say it again.
        this.leads = member.status().isLeader();
    }

    @Override
    public Behavior<Command> onMessage(Command message) {
        switch (message) {
            case Promoted promoted -> leads = true;
            case Demoted demoted -> leads = false;
            case Tick tick -> onTick();
            case Ended ended -> onEnded(ended);
        }
        return this;
    }

    private void onTick() {
        long due = schedule.dueAt(member.state().store().revision());
        if (due <= 0 || !leads || proposed) return;
        if (due == compactedTo) schedule.ended(true);
        else propose(due);
    }

    private void propose(long revision) {
        proposed = true;
        proposedAtNanos = clock.nanoTime();
        getContext()
                .getLog()
                .atInfo()
                .addKeyValue("revision", revision)
                .log("starting auto {} compaction", schedule.mode());
        var request = InternalRaftRequest.newBuilder()
                .setHeader(RequestHeader.newBuilder().setID(member.nextRequestId()))
                .setCompaction(CompactionRequest.newBuilder().setRevision(revision))
                .build();
        var self = getContext().getSelf();
        member.propose(io.actd.apply.Command.of(request), outcome -> self.tell(new Ended(revision, outcome)));
    }

    private void onEnded(Ended ended) {
        proposed = false;
        // Somebody else compacted further: as good as done.
        boolean done =
                ended.outcome() instanceof Outcome.Ok || ended.outcome().equals(Outcome.refused(Refusal.COMPACTED));
        if (done) compactedTo = ended.revision();
        schedule.ended(done);
        var log = getContext().getLog();
        (done ? log.atInfo() : log.atWarn())
                .addKeyValue("revision", ended.revision())
                .addKeyValue("took", Duration.ofNanos(clock.nanoTime() - proposedAtNanos))
                .log("{} auto {} compaction", done ? "completed" : "failed", schedule.mode());
    }

    /** Which revision is due when. */
    private sealed interface Schedule {
        /** Time between two calls of {@link #dueAt}. */
        Duration tick();

        /** The revision to compact to now, 0 or less if none is due. Called at every tick, whoever leads. */
        long dueAt(long storeRevision);

        /** What was due was compacted, or was not. */
        void ended(boolean done);

        String mode();
    }

    /** A number of revisions ago, at every tick. */
    private record ByRevision(long retention) implements Schedule {
        private static final Duration INTERVAL = Duration.ofMinutes(5);

        @Override
        public Duration tick() {
            return INTERVAL;
        }

        @Override
        public long dueAt(long storeRevision) {
            return storeRevision - retention;
        }

        @Override
        public void ended(boolean done) {}

        @Override
        public String mode() {
            return "revision";
        }
    }

    /** The revision of one retention ago, every min(retention, 1 h); what failed is due again at the next tick. */
    private static final class ByPeriod implements Schedule {
        private static final Duration LONGEST_PERIOD = Duration.ofHours(1);
        private static final int TICKS_PER_PERIOD = 10;

        private final Duration tick;
        /** Ticks in one retention. */
        private final int retentionTicks;
        /** One a tick, the first is of one retention ago once there are enough. */
        private final Deque<Long> samples = new ArrayDeque<>();

        private int ticksUntilDue;

        ByPeriod(Duration retention) {
            var period = retention.compareTo(LONGEST_PERIOD) < 0 ? retention : LONGEST_PERIOD;
            tick = period.dividedBy(TICKS_PER_PERIOD);
            // Rounded up: rather a little more history than less.
            retentionTicks = Math.toIntExact((retention.toNanos() + tick.toNanos() - 1) / tick.toNanos());
            // The first tick is at the start.
            ticksUntilDue = retentionTicks + 1;
        }

        @Override
        public Duration tick() {
            return tick;
        }

        @Override
        public long dueAt(long storeRevision) {
            samples.addLast(storeRevision);
            if (samples.size() > retentionTicks + 1) samples.removeFirst();
            if (ticksUntilDue > 0) ticksUntilDue--;
            return ticksUntilDue == 0 ? samples.getFirst() : 0;
        }

        @Override
        public void ended(boolean done) {
            ticksUntilDue = done ? TICKS_PER_PERIOD : 0;
        }

        @Override
        public String mode() {
            return "periodic";
        }
    }
}
