package io.actd.log;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.actd.raft.Entry;
import io.actd.raft.HardState;
import io.actd.raft.Membership;
import io.actd.raft.Payload;
import io.actd.raft.SnapshotMark;
import io.actd.wal.WalBatch;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What the rules begin with after a start, from the batches that were written. */
class ReplayTest {
    private static final Membership THREE = Membership.of(Set.of(1L, 2L, 3L), Set.of());

    private final WalWriter.Replay replay = new WalWriter.Replay();

    private static List<Entry> entries(long term, long from, long to) {
        var entries = new ArrayList<Entry>();
        for (long index = from; index <= to; index++) {
            entries.add(new Entry(term, index, Entry.Type.NORMAL, Payload.EMPTY));
        }
        return entries;
    }

    // spec FM-22
    @Test
    void lowerIndex_replacesTheTail() {
        replay.add(new WalBatch(entries(1, 1, 5), new HardState(1, 1, 2), null, true));
        replay.add(new WalBatch(entries(2, 3, 4), new HardState(2, 2, 2), null, true));
        var expected = entries(1, 1, 2);
        expected.addAll(entries(2, 3, 4));
        assertEquals(new WalWriter.Recovered(new HardState(2, 2, 2), SnapshotMark.NONE, expected), replay.finish());
    }

    @Test
    void whatTheMarkCovers_isLeftOut() {
        var mark = new SnapshotMark(3, 1, THREE);
        replay.add(new WalBatch(entries(1, 1, 5), new HardState(1, 1, 4), null, true));
        replay.add(new WalBatch(List.of(), null, mark, true));
        assertEquals(new WalWriter.Recovered(new HardState(1, 1, 4), mark, entries(1, 4, 5)), replay.finish());
    }
}
