package io.actd.applier;

import io.actd.apply.StateMachine;
import io.actd.backend.BufferedBackend;
import io.actd.copy.StoreDirectories;
import io.actd.member.MemberMetrics;
import io.actd.mvcc.MvccStore.CompactionRun;
import io.actd.raft.SnapshotMark;
import io.actd.world.Clock;
import java.io.UncheckedIOException;
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
import org.slf4j.Logger;

/**
 * Writes the store to disk: flushes cut by the {@link Applier}, and the paced removal of compacted rows.
 *
 * <p>The applier sends at most one {@link Flush} at a time; compactions are batches of bounded size with a pause
 * between them, so a flush waits for one batch at the most. A store that another one replaced is closed when its last
 * reader has left, and removed. Runs on the blocking dispatcher. A failure stops the
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

    /** The applier has gone on to the store of that name: close and remove this one. */
    public record Replaced(StateMachine.Loaded before, String name) implements Command {}

    private enum RemoveBatch implements Command {
        INSTANCE
    }

    /** A flush is durable. */
    public record Flushed(SnapshotMark mark) {}

    /** How a compaction is paced: rows removed at once, and the pause after them. */
    public record Pace(int batchRows, Duration pause) {}

    /**
     * What the keeper works on.
     *
     * @param openName the directory of the store in use
     */
    public record Files(StateMachine state, StoreDirectories stores, String openName) {}

    private final StateMachine state;
    private final StoreDirectories stores;
    private final Pace pace;
    private final Clock clock;
    private final MemberMetrics metrics;
    private final TimerScheduler<Command> timers;
    private final List<Runnable> waiting = new ArrayList<>();
    private String openName;
    private boolean awaitingFlush;
    private @Nullable CompactionRun run;
    private long runBegunNanos;

    private StoreKeeper(
            ActorContext<Command> context,
            TimerScheduler<Command> timers,
            Files files,
            Pace pace,
            Clock clock,
            MemberMetrics metrics) {
        super(context);
        context.setLoggerName(StoreKeeper.class); // a timer would give it one of its own
        this.timers = timers;
        this.state = files.state();
        this.stores = files.stores();
        this.openName = files.openName();
        this.pace = pace;
        this.clock = clock;
        this.metrics = metrics;
        // An interrupted compaction goes on after a restart (spec FM-66).
        beginCompaction();
    }

    public static Behavior<Command> create(Files files, Pace pace, Clock clock, MemberMetrics metrics) {
        return Behaviors.setup(context ->
                Behaviors.withTimers(timers -> new StoreKeeper(context, timers, files, pace, clock, metrics)));
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
            case Replaced replaced -> onReplaced(replaced);
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

    /** Readers may take their time with the old store; nobody else waits for them. */
    private void onReplaced(Replaced replaced) {
        var log = getContext().getLog();
        var name = openName;
        getContext().getExecutionContext().execute(() -> remove(replaced.before(), name, log));
        openName = replaced.name();
        awaitingFlush = false;
        beginCompaction();
    }

    private void remove(StateMachine.Loaded before, String name, Logger log) {
        try {
            before.close();
            stores.delete(name);
        } catch (IllegalStateException | UncheckedIOException e) {
            log.warn("store {} was replaced and is left for the next start to remove", name, e);
        }
    }

    /** Goes on with the oldest compaction that is flushed and not finished, if there is one. */
    private void beginCompaction() {
        run = state.store().compactionRun();
        if (run != null) {
            runBegunNanos = clock.nanoTime();
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
            metrics.compacted(clock.nanoTime() - runBegunNanos);
            beginCompaction();
        }
    }
}
