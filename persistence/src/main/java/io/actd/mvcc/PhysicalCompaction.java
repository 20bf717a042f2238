package io.actd.mvcc;

import io.actd.backend.Bucket;
import io.actd.backend.BufferedBackend;
import io.actd.backend.WriteBatch;
import io.actd.mvcc.MvccStore.CompactionRun;
import io.actd.mvcc.MvccStore.HashResult;
import io.actd.world.Failpoints;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * Walks over the rows up to the compacted revision, removes what no reader may ask for any more from the index and
 * the engine, and hashes the rows on the way as they were before (spec FM-67, FM-76).
 *
 * <p>Which rows stay is read off the index, and removing some changes nothing about the others: so a walk that was
 * interrupted is simply done again from the start.
 */
final class PhysicalCompaction implements CompactionRun {
    private final long revision;
    private final long previousCompact;
    private final boolean resumed;
    private final KeyIndex index;
    private final BufferedBackend backend;
    private final Compactions compactions;
    private final AtomicLong rowBytes;
    private final Failpoints failpoints;
    private byte[] position = RowKeys.start(0);
    private @Nullable KvHash hash;
    private boolean finished;

    /** @param resumed rows may be missing already, so the hash would be wrong and is not kept */
    PhysicalCompaction(
            long revision,
            long previousCompact,
            boolean resumed,
            KeyIndex index,
            BufferedBackend backend,
            Compactions compactions,
            AtomicLong rowBytes,
            Failpoints failpoints) {
        this.revision = revision;
        this.previousCompact = previousCompact;
        this.resumed = resumed;
        this.index = index;
        this.backend = backend;
        this.compactions = compactions;
        this.rowBytes = rowBytes;
        this.failpoints = failpoints;
    }

    @Override
    public long revision() {
        return revision;
    }

    @Override
    public boolean step(int maxRows) {
        if (finished) return false;
        if (hash == null) hash = new KvHash(previousCompact, !index.anyLiveAt(revision));
        var removed = new WriteBatch();
        long removedBytes = 0;
        boolean atEnd = true;
        try (var view = backend.flushed();
                var rows = view.scan(Bucket.KEY, position, RowKeys.start(revision + 1))) {
            for (int seen = 0; rows.next(); seen++) {
                if (seen == maxRows) {
                    position = rows.key();
                    atEnd = false;
                    break;
                }
                if (stays(rows.key(), rows.value(), hash)) continue;
                removed.delete(Bucket.KEY, rows.key());
                removedBytes += rows.key().length + rows.value().length;
            }
        }
        if (!removed.isEmpty()) {
            backend.writeThrough(removed);
            rowBytes.addAndGet(-removedBytes);
            failpoints.hit("compaction-after-batch");
        }
        if (atEnd) finish(hash.value());
        return !atEnd;
    }

    private boolean stays(byte[] rowKey, byte[] row, KvHash hash) {
        long main = RowKeys.main(rowKey);
        var key = Pairs.key(row);
        var history = index.get(key);
        boolean newest = history != null && history.isNewestAt(revision, main, RowKeys.sub(rowKey));
        boolean tombstone = RowKeys.isTombstone(rowKey);
        hash.add(rowKey, row, newest && !tombstone);
        if (newest && (!tombstone || main == revision)) return true;
        index.compact(key, revision);
        return false;
    }

    private void finish(int hashValue) {
        failpoints.hit("compaction-before-finish");
        var mark = new WriteBatch();
        mark.put(Bucket.META, Compactions.FINISHED, RowKeys.start(revision));
        backend.writeThrough(mark);
        finished = true;
        compactions.finished(
                this, resumed ? null : new HashResult(null, hashValue, previousCompact, revision, revision));
    }
}
