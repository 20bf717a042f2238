package io.actd.mvcc;

import com.google.protobuf.ByteString;
import io.actd.backend.Bucket;
import io.actd.backend.BufferedBackend;
import io.actd.mvcc.MvccStore.HistoryPage;
import io.actd.protocol.mvcc.Event;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/** One page of past events (spec W-11, W-14, W-15). One use. */
final class HistoryReader {
    // A filter that matches little must not make one page read the whole store.
    private static final int READ_PER_MATCHED_BYTE = 16;

    private final Predicate<ByteString> keys;
    private final int maxRevisions;
    private final long maxBytes;
    private final List<RevisionEvents> revisions = new ArrayList<>();
    private List<Event> events = new ArrayList<>();
    private long current;
    private long matchedBytes;
    private long readBytes;

    HistoryReader(Predicate<ByteString> keys, int maxRevisions, long maxBytes) {
        this.keys = keys;
        this.maxRevisions = maxRevisions;
        this.maxBytes = maxBytes;
    }

    HistoryPage read(BufferedBackend backend, long from, long to) {
        try (var rows = backend.scan(Bucket.KEY, RowKeys.start(from), RowKeys.start(to + 1))) {
            while (rows.next()) {
                long main = RowKeys.main(rows.key());
                if (main != current) {
                    endRevision();
                    if (isFull()) return new HistoryPage(null, revisions, main);
                    current = main;
                }
                add(rows.key(), rows.value());
            }
        }
        endRevision();
        return new HistoryPage(null, revisions, to + 1);
    }

    private void add(byte[] rowKey, byte[] row) {
        readBytes += row.length;
        if (row.length == 0) return;
        var kv = Pairs.parse(row);
        if (!keys.test(kv.getKey())) return;
        matchedBytes += row.length;
        boolean deleted = RowKeys.isTombstone(rowKey);
        events.add(Event.newBuilder()
                .setType(deleted ? Event.EventType.DELETE : Event.EventType.PUT)
                .setKv(deleted ? Pairs.deleted(kv.getKey(), current) : kv)
                .build());
    }

    private void endRevision() {
        if (events.isEmpty()) return;
        revisions.add(new RevisionEvents(current, events));
        events = new ArrayList<>();
    }

    private boolean isFull() {
        return revisions.size() >= maxRevisions
                || matchedBytes >= maxBytes
                || readBytes / READ_PER_MATCHED_BYTE >= maxBytes;
    }
}
