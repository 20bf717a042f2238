package io.actd.role;

import io.actd.invariant.Invariant;
import io.actd.log.WalWriter;
import io.actd.raft.Effect;
import io.actd.raft.Entry;
import io.actd.raft.EntryId;
import io.actd.raft.HardState;
import io.actd.raft.Message;
import io.actd.raft.SnapshotMark;
import io.actd.wal.WalBatch;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Objects;
import org.apache.pekko.actor.typed.ActorRef;
import org.jspecify.annotations.Nullable;

/**
 * What waits for the disk: one batch under way at the {@link WalWriter}, the next forming here meanwhile. What may only
 * be sent once a batch is durable waits with it.
 */
final class LogQueue {
    /**
     * A batch on its way.
     *
     * @param lasts one for each {@link Effect.Persist} in it: what the rules are told when it is durable
     * @param thenSend what the peers are told then
     * @param saved the mark written with it, null if there is none
     * @param restart the same if the log restarts behind it
     */
    record UnderWay(
            List<EntryId> lasts,
            List<Message> thenSend,
            @Nullable SnapshotMark saved,
            @Nullable SnapshotMark restart) {}

    private static final class Forming {
        final List<Entry> entries;
        final List<EntryId> lasts = new ArrayList<>();
        final List<Message> thenSend = new ArrayList<>();

        @Nullable
        HardState hardState;

        @Nullable
        SnapshotMark mark;

        boolean restarts;
        boolean mustSync;

        Forming(int likelyEntries) {
            entries = new ArrayList<>(likelyEntries);
        }

        boolean isEmpty() {
            return entries.isEmpty() && lasts.isEmpty() && hardState == null && mark == null;
        }

        WalBatch batch() {
            return new WalBatch(entries, hardState, mark, true);
        }

        UnderWay underWay() {
            return new UnderWay(lasts, thenSend, mark, restarts ? mark : null);
        }
    }

    private final ActorRef<WalWriter.Append> writer;
    /** Must be written before what is forming, each by itself. */
    private final Deque<Forming> sealed = new ArrayDeque<>();

    private Forming forming = new Forming(0);
    private @Nullable UnderWay underWay;
    private long ticket;
    /** Last one written or on its way. */
    private HardState hardState = HardState.ZERO;
    /** Behind the mark of an installed store the saved commit index never falls, or the mark would not count. */
    private long restartIndex;

    LogQueue(ActorRef<WalWriter.Append> writer) {
        this.writer = writer;
    }

    /** What the log was found to hold. */
    void recovered(HardState state) {
        hardState = state;
    }

    void add(Effect.Persist persist) {
        var entries = forming.entries;
        for (var entry : persist.entries()) {
            // A replaced suffix that was never written need not be written at all.
            while (!entries.isEmpty() && entries.getLast().index() >= entry.index()) entries.removeLast();
            entries.add(entry);
        }
        if (persist.hardState() != null) {
            hardState = committing(persist.hardState(), restartIndex);
            forming.hardState = hardState;
        }
        forming.lasts.add(persist.last());
        forming.thenSend.addAll(persist.thenSend());
        forming.mustSync |= persist.mustSync();
    }

    /** The store has everything up to the mark, which the log has, too. */
    void add(SnapshotMark snapshotMark) {
        forming.mark = snapshotMark;
        forming.mustSync = true;
    }

    /**
     * A store received from the leader is to be installed: the log restarts behind its mark. Entries that come later
     * than this are of a leader that has the mark, so they never contradict it (Leader Completeness, §5.4).
     */
    void restart(SnapshotMark snapshotMark) {
        if (!forming.isEmpty()) sealed.add(forming);
        restartIndex = snapshotMark.index();
        hardState = committing(hardState, restartIndex);
        var restart = new Forming(0);
        restart.mark = snapshotMark;
        restart.hardState = hardState;
        restart.restarts = true;
        sealed.add(restart);
        forming = new Forming(0);
    }

    private static HardState committing(HardState state, long atLeastIndex) {
        return state.commitIndex() >= atLeastIndex
                ? state
                : new HardState(state.currentTerm(), state.votedFor(), atLeastIndex);
    }

    /** Sends the next batch if the writer is free. A commit index alone rides with the one that comes. */
    void writeNext() {
        if (underWay != null) return;
        var next = sealed.poll();
        if (next == null) {
            if (!forming.mustSync) return;
            next = forming;
            forming = new Forming(next.entries.size());
        }
        underWay = next.underWay();
        writer.tell(new WalWriter.Append(next.batch(), ++ticket));
    }

    /** The batch under way is durable: returns it and sends the next. */
    UnderWay onPersisted(long persistedTicket) {
        var done = underWay;
        Invariant.check(done != null && persistedTicket == ticket, "one-batch-under-way", persistedTicket, ticket);
        underWay = null;
        writeNext();
        return Objects.requireNonNull(done);
    }
}
