package io.actd.applier;

import io.actd.apply.Applied;
import io.actd.apply.LeaseChange;
import io.actd.apply.StateMachine;
import io.actd.invariant.Invariant;
import io.actd.lease.Lessor;
import io.actd.member.PendingReplies;
import io.actd.member.ReadTask;
import io.actd.mvcc.RevisionEvents;
import io.actd.protocol.Outcome;
import io.actd.raft.Entry;
import io.actd.raft.Membership;
import io.actd.raft.SnapshotMark;
import io.actd.watch.WatchHub;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.AbstractMatchingBehavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.TimerScheduler;
import org.jspecify.annotations.Nullable;

/**
 * The MVCC applier: applies committed entries in order, publishes their events, answers the waiting clients.
 *
 * <p>Only the {@code RaftNode} sends {@link Apply}; how much of it can be under way is bounded by the admission of
 * proposals. Applied rows gather in the store's buffer, which the {@link StoreKeeper} flushes every
 * {@link #FLUSH_INTERVAL} or {@link #FLUSH_BYTES}; while {@link #MAX_BUFFERED_BYTES} wait for a slow disk, applying
 * pauses. A failure stops the member.
 */
public final class Applier extends AbstractMatchingBehavior<Applier.Command> {
    static final Duration FLUSH_INTERVAL = Duration.ofMillis(100);
    static final long FLUSH_BYTES = 16 << 20;
    static final long MAX_BUFFERED_BYTES = 128 << 20;

    /** Entries applied before their answers go out: bounds what the first of a large batch waits for. */
    private static final int ANSWER_EVERY = 64;

    public sealed interface Command {}

    /** Committed entries that follow directly on those before. */
    public record Apply(List<Entry> entries) implements Command {}

    /**
     * Go on with this store, which is newer than everything sent before and whose mark the log has (§7). What was to be
     * applied up to there is in it; who waits for the answer to such a command is told that it timed out.
     */
    public record Install(ReceivedStore store) implements Command {}

    /** Release these reads once {@code index} is applied. */
    public record ReadAt(long index, List<ReadTask> reads) implements Command {}

    private record StoreFlushed(SnapshotMark mark) implements Command {}

    private enum KeeperEnded implements Command {
        INSTANCE
    }

    private enum FlushTick implements Command {
        INSTANCE
    }

    /** What the owner of the log is told. */
    public sealed interface Progress {}

    /**
     * Everything up to {@code index} is applied.
     *
     * @param membership who takes part from here on, null if no conf change was applied
     */
    public record AppliedTo(long index, @Nullable Membership membership) implements Progress {}

    /** The store holds everything up to this mark, durably. */
    public record StoreDurable(SnapshotMark mark) implements Progress {}

    private final ApplierParts parts;
    private final StateMachine state;
    private final PendingReplies pending;
    private final ActorRef<StoreKeeper.Command> keeper;
    private final ActorRef<StoreKeeper.Flushed> flushed;
    private final ArrayDeque<Apply> paused = new ArrayDeque<>();
    private final ArrayDeque<ReadAt> waitingReads = new ArrayDeque<>();
    private final List<Applied> answered = new ArrayList<>();
    private Membership membership;
    private boolean flushUnderWay;

    private Applier(ActorContext<Command> context, TimerScheduler<Command> timers, ApplierParts parts) {
        super(context);
        context.setLoggerName(Applier.class); // a timer would give it one of its own
        this.parts = parts;
        this.state = parts.state();
        this.pending = parts.pending();
        this.membership = state.membership();
        this.keeper = parts.keeper();
        this.flushed = context.messageAdapter(StoreKeeper.Flushed.class, done -> new StoreFlushed(done.mark()));
        context.watchWith(keeper, KeeperEnded.INSTANCE);
        timers.startTimerWithFixedDelay(FlushTick.INSTANCE, FLUSH_INTERVAL);
    }

    public static Behavior<Command> create(ApplierParts parts) {
        return Behaviors.setup(context -> Behaviors.withTimers(timers -> new Applier(context, timers, parts)));
    }

    @Override
    public Behavior<Command> onMessage(Command command) {
        switch (command) {
            case Apply apply -> onApply(apply);
            case Install install -> onInstall(install.store());
            case ReadAt read -> onReadAt(read);
            case StoreFlushed flushed -> onStoreFlushed(flushed);
            case FlushTick tick -> flush();
            case KeeperEnded ended -> throw new IllegalStateException("the store keeper has ended");
        }
        return this;
    }

    private void onApply(Apply apply) {
        if (!paused.isEmpty() || bufferIsFull()) paused.add(apply);
        else applyAll(apply.entries());
    }

    private boolean bufferIsFull() {
        return flushUnderWay && state.bufferedBytes() > MAX_BUFFERED_BYTES;
    }

    private void applyAll(List<Entry> entries) {
        for (int from = 0; from < entries.size(); from += ANSWER_EVERY) {
            applySome(entries.subList(from, Math.min(from + ANSWER_EVERY, entries.size())));
        }
        releaseReads();
        if (state.bufferedBytes() > FLUSH_BYTES) flush();
    }

    /** Applies, makes readable, publishes, then answers: an answered write is never missing from a new watch (W-5). */
    private void applySome(List<Entry> entries) {
        List<RevisionEvents> events = new ArrayList<>();
        List<LeaseChange> leaseChanges = new ArrayList<>();
        Membership changed = null;
        long begun = parts.clock().nanoTime();
        for (var entry : entries) {
            var applied = state.apply(entry);
            begun = timed(applied, begun);
            if (applied.requestId() != 0) answered.add(applied);
            if (applied.events() != null) events.add(applied.events());
            leaseChanges.addAll(applied.leaseChanges());
            if (applied.compacted()) keeper.tell(StoreKeeper.CompactionAccepted.INSTANCE);
            // The rules wait for each, also for one that changed nothing (thesis §4.1).
            if (entry.type() == Entry.Type.CONF_CHANGE) changed = state.membership();
        }
        if (changed != null) membership = changed;
        if (!events.isEmpty()) parts.watchHub().tell(new WatchHub.Published(events));
        if (!leaseChanges.isEmpty()) parts.lessor().tell(new Lessor.Changed(leaseChanges));
        parts.owner().tell(new AppliedTo(entries.getLast().index(), changed));
        for (var applied : answered) {
            if (applied.outcome() != null) pending.complete(applied.requestId(), applied.outcome());
        }
        answered.clear();
    }

    /** Returns the present time. */
    private long timed(Applied applied, long begunNanos) {
        long now = parts.clock().nanoTime();
        if (!applied.op().isEmpty()) {
            parts.metrics().applied(applied.op(), !(applied.outcome() instanceof Outcome.Refused), now - begunNanos);
        }
        return now;
    }

    private void onInstall(ReceivedStore store) {
        paused.clear();
        var replaced = state.install(store.state());
        membership = state.membership();
        // Behind the flush under way, if there is one: that still writes to what is replaced.
        keeper.tell(new StoreKeeper.Replaced(replaced, store.name()));
        parts.watchHub().tell(new WatchHub.Restored(state.store().revision()));
        parts.owner().tell(new AppliedTo(state.appliedIndex(), membership));
        releaseReads();
        getContext()
                .getLog()
                .atInfo()
                .addKeyValue("snapshot-index", state.appliedIndex())
                .log("applied snapshot"); // spec OP-89
    }

    private void onReadAt(ReadAt read) {
        waitingReads.add(read);
        releaseReads();
    }

    /** Read indices come in ascending order within a term, and a later one only waits a little longer than it must. */
    private void releaseReads() {
        while (!waitingReads.isEmpty() && waitingReads.peek().index() <= state.appliedIndex()) {
            parts.readers().runAll(waitingReads.remove().reads());
        }
    }

    private void onStoreFlushed(StoreFlushed flushed) {
        Invariant.check(
                flushed.mark().index() <= state.appliedIndex(),
                "flushed-not-beyond-applied",
                flushed.mark().index(),
                state.appliedIndex());
        flushUnderWay = false;
        parts.owner().tell(new StoreDurable(flushed.mark()));
        while (!paused.isEmpty() && !bufferIsFull()) applyAll(paused.remove().entries());
    }

    private void flush() {
        if (flushUnderWay) return;
        var cut = state.beginFlush();
        if (cut == null) return;
        flushUnderWay = true;
        keeper.tell(new StoreKeeper.Flush(
                cut, new SnapshotMark(state.appliedIndex(), state.appliedTerm(), membership), flushed));
    }
}
