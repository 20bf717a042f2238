package io.actd.log;

import io.actd.raft.Entry;
import io.actd.raft.HardState;
import io.actd.raft.SnapshotMark;
import io.actd.wal.WalBatch;
import io.actd.wal.WalJournal;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.persistence.typed.PersistenceId;
import org.apache.pekko.persistence.typed.RecoveryCompleted;
import org.apache.pekko.persistence.typed.SnapshotSelectionCriteria;
import org.apache.pekko.persistence.typed.javadsl.CommandHandler;
import org.apache.pekko.persistence.typed.javadsl.EventHandler;
import org.apache.pekko.persistence.typed.javadsl.EventSourcedBehavior;
import org.apache.pekko.persistence.typed.javadsl.Recovery;
import org.apache.pekko.persistence.typed.javadsl.SignalHandler;

/**
 * Persists one batch of log records at a time, one sync each.
 *
 * <p>Only the {@code RaftNode} sends, and at most one {@link Append} is under way: the next batch forms there
 * meanwhile, so nothing queues here. A batch that can not be written stops this actor and with it the member: after a
 * failed sync nobody knows what the disk holds.
 */
public final class WalWriter extends EventSourcedBehavior<WalWriter.Append, WalBatch, WalWriter.Replay> {
    /**
     * Make this batch durable.
     *
     * @param ticket echoed in {@link Persisted}
     */
    public record Append(WalBatch batch, long ticket) {}

    /** What the owner of the log is told. */
    public sealed interface Event {}

    /** The log as it stood on disk: sent once, first. */
    public record Recovered(HardState hardState, SnapshotMark mark, List<Entry> entries) implements Event {}

    /** The batch of that ticket is durable. */
    public record Persisted(long ticket) implements Event {}

    private final ActorRef<Event> owner;

    private WalWriter(ActorRef<Event> owner) {
        super(PersistenceId.ofUniqueId(WalJournal.PERSISTENCE_ID));
        this.owner = owner;
    }

    public static Behavior<Append> create(ActorRef<Event> owner) {
        return Behaviors.setup(context -> new WalWriter(owner));
    }

    @Override
    public String journalPluginId() {
        return WalJournal.PLUGIN_ID;
    }

    @Override
    public String snapshotPluginId() {
        return "pekko.persistence.no-snapshot-store";
    }

    @Override
    public Recovery recovery() {
        // What snapshots are to others is the store here; the log only needs to be read.
        return Recovery.withSnapshotSelectionCriteria(SnapshotSelectionCriteria.none());
    }

    @Override
    public Replay emptyState() {
        return new Replay();
    }

    @Override
    public CommandHandler<Append, WalBatch, Replay> commandHandler() {
        return newCommandHandlerBuilder()
                .forAnyState()
                .onCommand(Append.class, append -> Effect()
                        .persist(append.batch())
                        .thenRun(state -> owner.tell(new Persisted(append.ticket()))))
                .build();
    }

    @Override
    public EventHandler<Replay, WalBatch> eventHandler() {
        return (replay, batch) -> replay.add(batch);
    }

    @Override
    public SignalHandler<Replay> signalHandler() {
        return newSignalHandlerBuilder()
                .onSignal(RecoveryCompleted.instance(), replay -> owner.tell(replay.finish()))
                .build();
    }

    @Override
    public Optional<Integer> stashCapacity() {
        return Optional.of(8);
    }

    /** Gathers the log while it is replayed; afterwards it holds nothing, since the rules keep the log in memory. */
    public static final class Replay {
        private List<Entry> entries = new ArrayList<>();
        private HardState hardState = HardState.ZERO;
        private SnapshotMark mark = SnapshotMark.NONE;
        private boolean finished;

        Replay add(WalBatch batch) {
            if (finished) return this;
            for (var entry : batch.entries()) {
                // A lower index replaces the tail (spec FM-22).
                while (!entries.isEmpty() && entries.getLast().index() >= entry.index()) entries.removeLast();
                entries.add(entry);
            }
            if (batch.hardState() != null) hardState = batch.hardState();
            if (batch.mark() != null) mark = batch.mark();
            return this;
        }

        Recovered finish() {
            var behindMark = mark;
            entries.removeIf(entry -> entry.index() <= behindMark.index());
            var recovered = new Recovered(hardState, mark, entries);
            entries = List.of();
            finished = true;
            return recovered;
        }
    }
}
