package io.actd.applier;

import io.actd.backend.BufferedBackend;
import io.actd.member.MemberMetrics;
import io.actd.mvcc.MvccStore;
import io.actd.mvcc.MvccStore.CompactionRun;
import io.actd.raft.SnapshotMark;
import io.actd.world.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.DispatcherSelector;
import org.apache.pekko.actor.typed.javadsl.AbstractMatchingBehavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.TimerScheduler;
import org.jspecify.annotations.Nullable;

/**
 * Writes the store to disk: flushes cut by the {@link Applier}, and the paced removal of compacted rows.
 *
 * <p>The applier sends at most one {@link Flush} at a time; compactions are batches of bounded size with a pause
 * between them, so a flush waits for one batch at the most. Runs on the blocking dispatcher. A failure stops the
 * member.
 */
public final class StoreKeeper extends AbstractMatchingBehavior<StoreKeeper.Command> {
    public sealed interface Command {}

    /**
     * Write and sync this cut.
     *
     * @param mark what the store holds once it is written
     */
    public record Flush(BufferedBackend.Flush cut, SnapshotMark mark, ActorRef<Flushed> replyTo) implements Command {}

    /** A compaction was applied. Its rows are removed after the next flush, which holds them all. */
    public enum CompactionAccepted implements Command {
        INSTANCE
    }

    /** Run this when no compaction is pending any more (spec C-3). */
    public record AfterCompaction(Runnable whenDone) implements Command {}

    private enum RemoveBatch implements Command {
        INSTANCE
    }

    /** A flush is durable. */
    public record Flushed(SnapshotMark mark) {}

    /** How a compaction is paced: rows removed at once, and the pause after them. */
    public record Pace(int batchRows, Duration pause) {}

    private final MvccStore store;
    private final Pace pace;
    private final Clock clock;
    private final MemberMetrics metrics;
    private final TimerScheduler<Command> timers;
    private final List<Runnable> waiting = new ArrayList<>();
    private boolean awaitingFlush;
    private @Nullable CompactionRun run;

    private StoreKeeper(
            ActorContext<Command> context,
            TimerScheduler<Command> timers,
            MvccStore store,
            Pace pace,
            Clock clock,
            MemberMetrics metrics) {
        super(context);
        this.timers = timers;
        this.store = store;
        this.pace = pace;
        this.clock = clock;
        this.metrics = metrics;
        // An interrupted compaction goes on after a restart (spec FM-66).
        beginCompaction();
    }

    public static Behavior<Command> create(MvccStore store, Pace pace, Clock clock, MemberMetrics metrics) {
        return Behaviors.setup(context ->
                Behaviors.withTimers(timers -> new StoreKeeper(context, timers, store, pace, clock, metrics)));
    }

    /** Where this actor must run: it blocks. */
    public static DispatcherSelector dispatcher() {
        return DispatcherSelector.fromConfig("actd.blocking-dispatcher");
    }

    @Override
    public Behavior<Command> onMessage(Command command) {
        switch (command) {
            case Flush flush -> onFlush(flush);
            case CompactionAccepted accepted -> awaitingFlush = true;
            case AfterCompaction after -> onAfterCompaction(after);
            case RemoveBatch next -> onRemoveBatch();
        }
        return this;
    }

    private void onFlush(Flush flush) {
        long begun = clock.nanoTime();
        flush.cut().run();
        metrics.backendCommit(clock.nanoTime() - begun);
        flush.replyTo().tell(new Flushed(flush.mark()));
        awaitingFlush = false;
        if (run == null) beginCompaction();
    }

    private void onAfterCompaction(AfterCompaction after) {
        if (run == null && !awaitingFlush) after.whenDone().run();
        else waiting.add(after.whenDone());
    }

    /** Goes on with the oldest compaction that is flushed and not finished, if there is one. */
    private void beginCompaction() {
        run = store.compactionRun();
        if (run != null) {
            onRemoveBatch();
        } else if (!awaitingFlush) {
            waiting.forEach(Runnable::run);
            waiting.clear();
        }
    }

    private void onRemoveBatch() {
        var current = run;
        if (current == null) return;
        if (current.step(pace.batchRows())) {
            metrics.compactedRows(pace.batchRows());
            timers.startSingleTimer(RemoveBatch.INSTANCE, pace.pause());
        } else {
            getContext()
                    .getLog()
                    .atInfo()
                    .addKeyValue("compact-revision", current.revision())
                    .log("finished scheduled compaction");
            beginCompaction();
        }
    }
}
