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
import java.util.ArrayList;
import java.util.List;
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
     */
    record UnderWay(List<EntryId> lasts, List<Message> thenSend) {}

    private final ActorRef<WalWriter.Append> writer;
    private List<Entry> entries = new ArrayList<>();
    private @Nullable HardState hardState;
    private @Nullable SnapshotMark mark;
    private List<EntryId> lasts = new ArrayList<>();
    private List<Message> thenSend = new ArrayList<>();
    private boolean mustSync;
    private @Nullable UnderWay underWay;
    private long ticket;

    LogQueue(ActorRef<WalWriter.Append> writer) {
        this.writer = writer;
    }

    void add(Effect.Persist persist) {
        for (var entry : persist.entries()) {
            // A replaced suffix that was never written need not be written at all.
            while (!entries.isEmpty() && entries.getLast().index() >= entry.index()) entries.removeLast();
            entries.add(entry);
        }
        if (persist.hardState() != null) hardState = persist.hardState();
        lasts.add(persist.last());
        thenSend.addAll(persist.thenSend());
        mustSync |= persist.mustSync();
    }

    void add(SnapshotMark snapshotMark) {
        mark = snapshotMark;
        mustSync = true;
    }

    /** Sends the formed batch if the writer is free. A commit index alone rides with the next batch. */
    void writeNext() {
        if (underWay != null || !mustSync) return;
        underWay = new UnderWay(lasts, thenSend);
        writer.tell(new WalWriter.Append(new WalBatch(entries, hardState, mark, true), ++ticket));
        entries = new ArrayList<>(entries.size());
        hardState = null;
        mark = null;
        lasts = new ArrayList<>();
        thenSend = new ArrayList<>();
        mustSync = false;
    }

    /** The batch under way is durable: returns it and sends the next. */
    UnderWay onPersisted(long persistedTicket) {
        var done = underWay;
        Invariant.check(done != null && persistedTicket == ticket, "one-batch-under-way", persistedTicket, ticket);
        underWay = null;
        writeNext();
        return java.util.Objects.requireNonNull(done);
    }
}
