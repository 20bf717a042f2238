package io.actd.mvcc;

import com.google.protobuf.ByteString;
import io.actd.protocol.mvcc.KeyValue;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads pairs at one revision: the index says where they are, the rows say what they are. Any thread. */
final class RangeReader {
    private final KeyIndex index;
    private final RowReader rows;

    RangeReader(KeyIndex index, RowReader rows) {
        this.index = index;
        this.rows = rows;
    }

    /**
     * As {@link MvccStore#range} at a revision known to be readable.
     *
     * @return null if a row is missing, which only a compaction that came meanwhile can explain
     */
    @Nullable
    RangeResult read(KeyRange range, long revision, long limit, long storeRevision) {
        return range.isSingle()
                ? readSingle(range.key(), revision, limit, storeRevision)
                : readMany(range, revision, limit, storeRevision);
    }

    private @Nullable RangeResult readSingle(ByteString key, long revision, long limit, long storeRevision) {
        var history = index.get(key.toByteArray());
        int at = history == null ? -1 : history.find(revision);
        if (history == null || at < 0 || history.isTombstone(at)) {
            return new RangeResult(null, storeRevision, 0, List.of());
        }
        if (limit < 0) return new RangeResult(null, storeRevision, 1, List.of());
        var kv = rows.get(history.main(at), history.sub(at));
        return kv == null ? null : new RangeResult(null, storeRevision, 1, List.of(kv));
    }

    private @Nullable RangeResult readMany(KeyRange range, long revision, long limit, long storeRevision) {
        var wanted = new Selection();
        long most = limit == 0 ? Integer.MAX_VALUE : limit;
        long count = 0;
        for (var history : index.slice(range).values()) {
            int at = history.find(revision);
            if (at < 0 || history.isTombstone(at)) continue;
            if (count < most) wanted.add(history.main(at), history.sub(at));
            count++;
        }
        var kvs = wanted.size() == 0 ? List.<KeyValue>of() : rows.getAll(wanted);
        return kvs == null ? null : new RangeResult(null, storeRevision, count, kvs);
    }
}
