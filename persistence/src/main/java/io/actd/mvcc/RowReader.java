package io.actd.mvcc;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.actd.backend.Bucket;
import io.actd.backend.BufferedBackend;
import io.actd.protocol.mvcc.KeyValue;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Fetches pairs by revision: from a cache of what was read lately, then from the write buffer, then from the engine.
 * Rows never change, so nothing in the cache is ever wrong. Any thread.
 */
final class RowReader {
    /** Place of a row in the history. */
    private record Place(long main, int sub) {
        @Override
        public int hashCode() {
            return Long.hashCode(main * 31 + sub);
        }
    }

    /** A row that is not in the cache, and where in the answer it goes. */
    private record Miss(long main, int sub, int position) implements Comparable<Miss> {
        @Override
        public int compareTo(Miss other) {
            int byMain = Long.compare(main, other.main);
            return byMain != 0 ? byMain : Integer.compare(sub, other.sub);
        }
    }

    private static final int OVERHEAD_BYTES = 200;
    // So few misses are cheaper as single gets than as a scan.
    private static final int SINGLE_GETS = 4;
    // A seek costs about as much as stepping over so many rows.
    private static final int STEPS_BEFORE_SEEK = 8;

    private final BufferedBackend backend;
    private final Cache<Place, KeyValue> cache;
    private final long cacheableBytesPerRead;

    RowReader(BufferedBackend backend, long cacheBytes) {
        this.backend = backend;
        this.cacheableBytesPerRead = cacheBytes / 8;
        // Maintenance on the caller's thread: the store starts none of its own.
        this.cache = Caffeine.newBuilder()
                .maximumWeight(cacheBytes)
                .weigher((Place place, KeyValue kv) -> weight(kv))
                .executor(Runnable::run)
                .build();
    }

    private static int weight(KeyValue kv) {
        return kv.getKey().size() + kv.getValue().size() + OVERHEAD_BYTES;
    }

    /** Null if there is no such row: it was compacted away. */
    @Nullable
    KeyValue get(long main, int sub) {
        var place = new Place(main, sub);
        var cached = cache.getIfPresent(place);
        if (cached != null) return cached;
        var row = backend.get(Bucket.KEY, RowKeys.put(main, sub));
        if (row == null) return null;
        var kv = Pairs.parse(row);
        cache.put(place, kv);
        return kv;
    }

    /** All selected pairs in their order; null if a row is missing. */
    @Nullable
    List<KeyValue> getAll(Selection selection) {
        var found = new KeyValue[selection.size()];
        var misses = new ArrayList<Miss>();
        for (int i = 0; i < found.length; i++) {
            var cached = cache.getIfPresent(new Place(selection.main(i), selection.sub(i)));
            if (cached != null) {
                found[i] = cached;
            } else {
                misses.add(new Miss(selection.main(i), selection.sub(i), i));
            }
        }
        boolean complete = misses.size() <= SINGLE_GETS ? fetchEach(misses, found) : fetchByScan(misses, found);
        return complete ? Collections.unmodifiableList(Arrays.asList(found)) : null;
    }

    private boolean fetchEach(List<Miss> misses, KeyValue[] found) {
        for (var miss : misses) {
            var kv = get(miss.main, miss.sub);
            if (kv == null) return false;
            found[miss.position] = kv;
        }
        return true;
    }

    // One pass over the rows in their own order, stepping over small gaps.
    private boolean fetchByScan(List<Miss> misses, KeyValue[] found) {
        Collections.sort(misses);
        long cacheable = cacheableBytesPerRead;
        var first = misses.getFirst();
        var last = misses.getLast();
        try (var rows = backend.scan(Bucket.KEY, RowKeys.put(first.main, first.sub), RowKeys.start(last.main + 1))) {
            boolean onRow = rows.next();
            for (var miss : misses) {
                var key = RowKeys.put(miss.main, miss.sub);
                int steps = 0;
                while (onRow && Arrays.compareUnsigned(rows.key(), key) < 0) {
                    if (++steps > STEPS_BEFORE_SEEK || miss.main - RowKeys.main(rows.key()) > STEPS_BEFORE_SEEK) {
                        rows.seek(key);
                    }
                    onRow = rows.next();
                }
                if (!onRow || !Arrays.equals(rows.key(), key)) return false;
                var kv = Pairs.parse(rows.value());
                found[miss.position] = kv;
                cacheable -= weight(kv);
                // A large read must not push out everything else.
                if (cacheable >= 0) cache.put(new Place(miss.main, miss.sub), kv);
            }
        }
        return true;
    }
}
