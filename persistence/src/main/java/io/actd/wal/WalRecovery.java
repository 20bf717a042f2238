package io.actd.wal;

import io.actd.raft.Entry;
import io.actd.raft.HardState;
import io.actd.raft.SnapshotMark;
import java.util.ArrayList;
import java.util.List;

/**
 * What a log holds.
 *
 * @param metadata whose log it is
 * @param hardState the last one saved, {@link HardState#ZERO} if none
 * @param mark the last snapshot mark whose index is committed (spec FM-29), {@link SnapshotMark#NONE} in a young log;
 *     its membership is empty in logs of etcd before 3.5
 * @param entries everything behind the mark, without gap; those replaced later are left out
 */
public record WalRecovery(WalMetadata metadata, HardState hardState, SnapshotMark mark, List<Entry> entries) {
    public WalRecovery {
        entries = List.copyOf(entries);
    }

    /** Index of the last entry, that of the mark if there is none behind it. */
    public long lastIndex() {
        return mark.index() + entries.size();
    }

    /** Term of the entry at {@code index}, which lies between the mark and the last entry, both included. */
    public long termAt(long index) {
        return index == mark.index()
                ? mark.term()
                : entries.get((int) (index - mark.index() - 1)).term();
    }

    /**
     * The same as batches to replay: mark and hard state first, then the entries.
     *
     * @return empty for a log nothing was appended to
     */
    List<WalBatch> asBatches(int maxEntries) {
        var batches = new ArrayList<WalBatch>();
        if (mark.index() > 0 || !hardState.equals(HardState.ZERO)) {
            batches.add(new WalBatch(List.of(), hardState, mark.index() > 0 ? mark : null, true));
        }
        for (int from = 0; from < entries.size(); from += maxEntries) {
            int to = Math.min(from + maxEntries, entries.size());
            batches.add(new WalBatch(List.copyOf(entries.subList(from, to)), null, null, true));
        }
        return batches;
    }
}
