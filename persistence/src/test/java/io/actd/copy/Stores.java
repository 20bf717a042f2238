package io.actd.copy;

import io.actd.apply.StoredMark;
import io.actd.backend.Backend;
import io.actd.backend.Bucket;
import io.actd.backend.MemoryBackend;
import io.actd.backend.WriteBatch;
import io.actd.raft.Membership;
import io.actd.raft.SnapshotMark;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;

/** Rows that look like those of a store, and the slices of a copy of them. */
final class Stores {
    static final long CLUSTER = 9;

    private Stores() {}

    static SnapshotMark mark(long index, long term) {
        return new SnapshotMark(index, term, Membership.of(Set.of(), Set.of()));
    }

    /** An engine with random rows, applied up to that entry. */
    static MemoryBackend random(long seed, long index, long term) {
        var random = new SplittableRandom(seed);
        var rows = new WriteBatch();
        for (int i = 0; i < 40; i++) {
            var key = new byte[random.nextInt(20)];
            var value = new byte[random.nextInt(i == 7 ? 2000 : 60)];
            random.nextBytes(key);
            random.nextBytes(value);
            var buckets = new Bucket[] {Bucket.KEY, Bucket.LEASE, Bucket.ALARM, Bucket.AUTH_USERS};
            rows.put(buckets[random.nextInt(buckets.length)], key, value);
        }
        meta(rows, "consistent_index", index);
        meta(rows, "term", term);
        var engine = new MemoryBackend();
        engine.write(rows, true);
        return engine;
    }

    static void meta(WriteBatch rows, String key, long value) {
        rows.put(
                Bucket.META,
                key.getBytes(StandardCharsets.US_ASCII),
                ByteBuffer.allocate(Long.BYTES).putLong(value).array());
    }

    static List<StoreCopy.Slice> slices(Backend engine, int sliceBytes) {
        var slices = new ArrayList<StoreCopy.Slice>();
        try (var copy = StoreCopy.of(engine.view(), CLUSTER, sliceBytes)) {
            do slices.add(copy.next());
            while (!slices.getLast().last());
        }
        return slices;
    }

    /** Every row as text, for comparing. */
    static List<String> rows(Backend engine) {
        var hex = HexFormat.of();
        var rows = new ArrayList<String>();
        for (var bucket : Bucket.values()) {
            try (var cursor = engine.scan(bucket, new byte[0], null)) {
                while (cursor.next())
                    rows.add(bucket + " " + hex.formatHex(cursor.key()) + " " + hex.formatHex(cursor.value()));
            }
        }
        return rows;
    }

    static boolean isComplete(Backend engine) {
        return StoredMark.entry(engine).index() > 0;
    }
}
