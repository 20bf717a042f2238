package io.actd.role;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.actd.log.WalWriter;
import io.actd.raft.Effect;
import io.actd.raft.Entry;
import io.actd.raft.EntryId;
import io.actd.raft.HardState;
import io.actd.raft.Membership;
import io.actd.raft.Message;
import io.actd.raft.Payload;
import io.actd.raft.SnapshotMark;
import io.actd.wal.WalBatch;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.apache.pekko.actor.testkit.typed.javadsl.TestInbox;
import org.junit.jupiter.api.Test;

/** What is written together, and in which order. */
class LogQueueTest {
    private static final SnapshotMark MARK = new SnapshotMark(100, 3, Membership.of(Set.of(1L, 2L, 3L), Set.of()));

    private final TestInbox<WalWriter.Append> writer = TestInbox.create();
    private final LogQueue queue = new LogQueue(writer.getRef());

    private void persist(HardState state, long from, long to) {
        var entries = new ArrayList<Entry>();
        for (long i = from; i <= to; i++) entries.add(new Entry(3, i, Entry.Type.NORMAL, Payload.EMPTY));
        queue.add(new Effect.Persist(state, entries, new EntryId(3, to), true, List.of()));
        queue.writeNext();
    }

    private WalBatch written() {
        return writer.receiveMessage().batch();
    }

    @Test
    void whileABatchIsUnderWay_theNextForms() {
        persist(new HardState(3, 0, 0), 1, 2);
        persist(new HardState(3, 0, 1), 3, 4);
        persist(new HardState(3, 0, 2), 5, 5);
        assertEquals(2, written().entries().size());
        assertTrue(writer.getAllReceived().isEmpty());
        queue.onPersisted(1);
        var second = written();
        assertEquals(3, second.entries().size());
        assertEquals(new HardState(3, 0, 2), second.hardState());
        assertEquals(2, queue.onPersisted(2).lasts().size());
    }

    // Figure 2: updated on stable storage before responding.
    @Test
    void whatWaitsForABatch_comesWithItsEnd() {
        var vote = new Message.RequestVoteReply(1, 2, 4, false, true);
        queue.add(new Effect.Persist(new HardState(4, 2, 0), List.of(), new EntryId(3, 0), true, List.of(vote)));
        queue.writeNext();
        assertEquals(new HardState(4, 2, 0), written().hardState());
        assertEquals(List.of(vote), queue.onPersisted(1).thenSend());
    }

    // The mark and what commits it alone: nothing stands between them that a torn write could keep.
    @Test
    void restart_isWrittenByItself_inItsPlace() {
        persist(new HardState(3, 1, 50), 51, 55);
        persist(new HardState(3, 1, 51), 56, 60);
        queue.restart(MARK);
        persist(new HardState(3, 1, 52), 61, 62);
        assertEquals(5, written().entries().size());
        queue.onPersisted(1);
        assertEquals(5, written().entries().size());
        assertNull(queue.onPersisted(2).restart());
        var restart = written();
        assertEquals(List.of(), restart.entries());
        assertEquals(MARK, restart.mark());
        assertEquals(new HardState(3, 1, 100), restart.hardState());
        assertEquals(MARK, queue.onPersisted(3).restart());
        assertEquals(2, written().entries().size());
    }

    // Else the mark would not count any more (spec FM-29).
    @Test
    void behindARestart_theSavedCommitIndexNeverFalls() {
        queue.recovered(new HardState(2, 1, 50));
        queue.restart(MARK);
        persist(new HardState(4, 2, 52), 61, 62);
        assertEquals(new HardState(2, 1, 100), written().hardState());
        queue.onPersisted(1);
        assertEquals(new HardState(4, 2, 100), written().hardState());
    }
}
