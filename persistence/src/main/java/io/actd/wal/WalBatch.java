package io.actd.wal;

import io.actd.raft.Entry;
import io.actd.raft.HardState;
import io.actd.raft.SnapshotMark;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What is written and synced at once: the event of the {@code WalWriter}.
 *
 * <p>A mark of something the log does not have (§7, a store received from the leader) comes with a hard state that
 * commits it and without entries, and is written before that: it counts once both are written. If the log holds another entry at its index, that and
 * everything behind it is void then.
 *
 * @param entries in index order; an index already present replaces it and everything behind it (spec FM-22)
 * @param hardState written behind the entries, null if unchanged
 * @param mark a snapshot mark, written last; segments wholly before it may go (spec FM-28)
 * @param mustSync false if only the commit index moved: then no sync is owed (spec FM-23)
 */
public record WalBatch(
        List<Entry> entries,
        @Nullable HardState hardState,
        @Nullable SnapshotMark mark,
        boolean mustSync) {}
