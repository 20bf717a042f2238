package io.actd.mvcc;

import com.google.protobuf.ByteString;
import io.actd.backend.Bucket;
import io.actd.backend.BufferedBackend;
import java.util.Arrays;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Rebuilds the index from the rows, which arrive in order of revision (spec FM-66). */
final class StoreLoader {
    private final KeyIndex index = new KeyIndex();
    // Leases of live pairs that have one.
    private final TreeMap<byte[], Long> leases = new TreeMap<>(Arrays::compareUnsigned);
    private long lastMain;
    private long rowBytes;

    void load(BufferedBackend backend) {
        try (var rows = backend.scan(Bucket.KEY, RowKeys.start(0), null)) {
            while (rows.next()) add(rows.key(), rows.value());
        }
    }

    private void add(byte[] rowKey, byte[] row) {
        lastMain = RowKeys.main(rowKey);
        rowBytes += rowKey.length + row.length;
        var head = Pairs.head(row);
        // The row without value that --bump-revision leaves is a revision, but no key.
        if (head.key().length == 0) return;
        int sub = RowKeys.sub(rowKey);
        boolean deleted = RowKeys.isTombstone(rowKey);
        // Most keys have one row, so the index is asked once for them.
        var known = index.loadIfAbsent(
                head.key(),
                deleted
                        ? KeyHistory.deletedBefore(lastMain, sub)
                        : KeyHistory.loaded(lastMain, sub, head.createRevision(), head.version()));
        if (known != null) {
            index.load(
                    head.key(),
                    deleted
                            ? known.deleted(lastMain, sub)
                            : known.putLoaded(lastMain, sub, head.createRevision(), head.version()));
        }
        if (head.lease() != 0) {
            leases.put(head.key(), head.lease());
        } else if (!leases.isEmpty()) {
            leases.remove(head.key());
        }
    }

    /** Tells all live pairs and returns how many there are. */
    long tell(MvccStore.LivePairs livePairs) {
        long live = 0;
        for (var entry : index.all().entrySet()) {
            if (!entry.getValue().isLive()) continue;
            live++;
            Long lease = leases.isEmpty() ? null : leases.get(entry.getKey());
            livePairs.pair(ByteString.copyFrom(entry.getKey()), lease == null ? 0 : lease);
        }
        return live;
    }

    KeyIndex index() {
        return index;
    }

    long lastMain() {
        return lastMain;
    }

    long rowBytes() {
        return rowBytes;
    }

    /** The revision a row of bucket {@code meta} marks, -1 if there is none (spec FM-68). */
    static long marked(byte @Nullable [] row) {
        return row == null ? -1 : RowKeys.main(row);
    }
}
