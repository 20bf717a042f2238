package io.actd.backend;

import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * What was written between two cuts of the buffer: the newest value of each row, or its deletion. One writer, any
 * readers.
 *
 * <p>Rows that arrive in ascending order, as revisions do, are appended; from the first that does not on, a bucket's
 * rows go to a sorted map, which therefore overrides the appended ones.
 */
final class Layer {
    /** Stands for a deleted row; recognised by identity. */
    static final byte[] DELETED = new byte[0];

    private static final int ROW_OVERHEAD_BYTES = 8;
    private final Map<Bucket, Rows> buckets = new EnumMap<>(Bucket.class);
    private final AtomicLong bytes = new AtomicLong();
    private volatile boolean empty = true;

    private static final class Rows {
        private final AscendingRows appended = new AscendingRows();
        private final ConcurrentSkipListMap<byte[], byte[]> others =
                new ConcurrentSkipListMap<>(Arrays::compareUnsigned);

        /** Returns the value it replaces, as far as that stands in the map. */
        byte @Nullable [] put(byte[] key, byte[] value) {
            if (value != DELETED && others.isEmpty() && appended.append(key, value)) return null;
            return others.put(key, value);
        }

        byte @Nullable [] get(byte[] key) {
            var value = others.isEmpty() ? null : others.get(key);
            return value != null ? value : appended.get(key);
        }

        void addTo(WriteBatch batch, Bucket bucket) {
            appended.addTo(batch, bucket);
            others.forEach((key, value) -> {
                if (value == DELETED) {
                    batch.delete(bucket, key);
                } else {
                    batch.put(bucket, key, value);
                }
            });
        }
    }

    Layer() {
        for (var bucket : Bucket.values()) buckets.put(bucket, new Rows());
    }

    private Rows rows(Bucket bucket) {
        return Objects.requireNonNull(buckets.get(bucket));
    }

    /** {@link #DELETED} deletes. Writer only. */
    void put(Bucket bucket, byte[] key, byte[] value) {
        if (empty) empty = false;
        long added = size(key, value);
        var replaced = rows(bucket).put(key, value);
        if (replaced != null) added -= size(key, replaced);
        bytes.setRelease(bytes.getPlain() + added);
    }

    private static long size(byte[] key, byte[] value) {
        return (long) key.length + value.length + ROW_OVERHEAD_BYTES;
    }

    /** Null: nothing known here; {@link #DELETED}: surely absent. */
    byte @Nullable [] get(Bucket bucket, byte[] key) {
        return rows(bucket).get(key);
    }

    /** Adds the cursors that are not empty, the overriding one first. */
    void addCursors(List<Backend.Cursor> cursors, Bucket bucket, byte[] from, byte @Nullable [] to) {
        var rows = rows(bucket);
        if (!rows.others.isEmpty()) cursors.add(new RowCursor<>(rows.others, from, to, Function.identity(), () -> {}));
        if (rows.appended.size() > 0) cursors.add(rows.appended.cursor(from, to));
    }

    WriteBatch toBatch() {
        var batch = new WriteBatch();
        buckets.forEach((bucket, rows) -> rows.addTo(batch, bucket));
        return batch;
    }

    boolean isEmpty() {
        return empty;
    }

    long bytes() {
        return bytes.getAcquire();
    }
}
