package io.actd.backend;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.actd.world.Clock;
import io.actd.world.Failpoints;
import io.actd.world.SystemDisk;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.NavigableMap;
import java.util.Objects;
import java.util.Random;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class BufferedBackendTest {
    private static final List<Bucket> BUCKETS = List.of(Bucket.KEY, Bucket.LEASE, Bucket.META);

    /** The rows of each bucket, in a plain map. */
    private static final class Model {
        final List<NavigableMap<byte[], byte[]>> buckets = new ArrayList<>();

        Model() {
            BUCKETS.forEach(bucket -> buckets.add(new TreeMap<>(Arrays::compareUnsigned)));
        }

        NavigableMap<byte[], byte[]> rows(Bucket bucket) {
            return buckets.get(BUCKETS.indexOf(bucket));
        }
    }

    @Test
    void randomRows_onMemory_readAsAPlainMap() {
        for (long seed = 1; seed <= 200; seed++) run(seed, new MemoryBackend());
    }

    @Test
    void randomRows_onLevelDb_readAsAPlainMap(@TempDir Path directory) {
        for (long seed = 1; seed <= 3; seed++) {
            run(seed, LevelDbBackend.open(directory.resolve("db" + seed), Clock.system(), new SystemDisk()));
        }
    }

    private static void run(long seed, Backend engine) {
        var random = new Random(seed);
        var model = new Model();
        try (var backend = new BufferedBackend(engine, new Failpoints())) {
            BufferedBackend.Flush flush = null;
            for (int i = 0; i < 300; i++) {
                var bucket = BUCKETS.get(random.nextInt(BUCKETS.size()));
                var key = key(random, i);
                switch (random.nextInt(8)) {
                    case 0 -> {
                        backend.delete(bucket, key);
                        model.rows(bucket).remove(key);
                    }
                    case 1 -> {
                        if (flush == null) {
                            flush = backend.beginFlush();
                        } else {
                            flush.run();
                            flush = null;
                        }
                    }
                    case 2 -> assertArrayEquals(model.rows(bucket).get(key), backend.get(bucket, key));
                    case 3 -> assertSameScan(backend, model, bucket, random);
                    default -> {
                        var value = new byte[random.nextInt(3)];
                        random.nextBytes(value);
                        backend.put(bucket, key, value);
                        model.rows(bucket).put(key, value);
                    }
                }
            }
        } catch (RuntimeException | AssertionError e) {
            throw new AssertionError("seed " + seed, e);
        }
    }

    // Mostly growing, as revisions are, sometimes any.
    private static byte[] key(Random random, int step) {
        int number = random.nextInt(4) > 0 ? step : random.nextInt(300);
        return new byte[] {(byte) (number >> 8), (byte) number};
    }

    private static void assertSameScan(BufferedBackend backend, Model model, Bucket bucket, Random random) {
        var from = key(random, random.nextInt(300));
        byte @Nullable [] to = random.nextBoolean() ? null : key(random, random.nextInt(300));
        var expected = new ArrayList<String>();
        var seen = new ArrayList<String>();
        var left = new TreeMap<byte[], byte[]>(model.rows(bucket));
        left.headMap(from, false).clear();
        if (to != null) left.tailMap(to, true).clear();
        try (var rows = backend.scan(bucket, from, to)) {
            while (rows.next()) {
                seen.add(text(rows.key(), rows.value()));
                var first = left.pollFirstEntry();
                expected.add(first == null ? "none" : text(first.getKey(), first.getValue()));
                if (random.nextInt(4) == 0) {
                    var target = key(random, random.nextInt(300));
                    if (Arrays.compareUnsigned(target, from) < 0) continue;
                    rows.seek(target);
                    left.headMap(target, false).clear();
                }
            }
        }
        if (!left.isEmpty()) expected.add("more");
        assertEquals(expected, seen);
    }

    private static String text(byte[] key, byte[] value) {
        return HexFormat.of().formatHex(key) + "=" + HexFormat.of().formatHex(value);
    }

    @Test
    void crash_losesWhatWasNotFlushedAndNothingElse() {
        var engine = new MemoryBackend();
        var backend = new BufferedBackend(engine, new Failpoints());
        backend.put(Bucket.META, bytes("a"), bytes("1"));
        flush(backend);
        backend.put(Bucket.META, bytes("a"), bytes("2"));
        var cut = Objects.requireNonNull(backend.beginFlush());
        backend.put(Bucket.META, bytes("a"), bytes("3"));
        assertTrue(backend.bufferedBytes() > 0);
        engine.crash();
        assertArrayEquals(bytes("1"), new BufferedBackend(engine, new Failpoints()).get(Bucket.META, bytes("a")));
        assertThrows(IllegalStateException.class, backend::beginFlush);
        cut.run();
        engine.crash();
        assertArrayEquals(bytes("2"), new BufferedBackend(engine, new Failpoints()).get(Bucket.META, bytes("a")));
    }

    @Test
    void flushed_showsTheLastCutOnly() {
        var backend = new BufferedBackend(new MemoryBackend(), new Failpoints());
        backend.put(Bucket.META, bytes("a"), bytes("1"));
        flush(backend);
        backend.put(Bucket.META, bytes("a"), bytes("2"));
        try (var view = backend.flushed()) {
            flush(backend);
            try (var rows = view.scan(Bucket.META, new byte[0], null)) {
                assertTrue(rows.next());
                assertArrayEquals(bytes("1"), rows.value());
                assertFalse(rows.next());
            }
        }
        assertNull(backend.beginFlush());
        backend.close();
    }

    @Test
    void failpoints_standOnBothSidesOfAFlush() {
        var engine = new MemoryBackend();
        var failpoints = new Failpoints();
        var seen = new ArrayList<String>();
        var backend = new BufferedBackend(engine, failpoints);
        for (var name : List.of("backend-before-flush", "backend-after-flush")) {
            failpoints.arm(name, hit -> seen.add(hit + (engine.get(Bucket.META, bytes("a")) == null ? " -" : " +")));
        }
        backend.put(Bucket.META, bytes("a"), bytes("1"));
        flush(backend);
        assertEquals(List.of("backend-before-flush -", "backend-after-flush +"), seen);
    }

    @Test
    void hash_leavesOutWhatDiffersBetweenEqualStores() {
        // spec FM-77
        var one = new BufferedBackend(new MemoryBackend(), new Failpoints());
        var other = new BufferedBackend(new MemoryBackend(), new Failpoints());
        for (var backend : List.of(one, other)) backend.put(Bucket.LEASE, bytes("a"), bytes("1"));
        for (var name : List.of("consistent_index", "term", "storageVersion")) {
            other.put(Bucket.META, bytes(name), bytes("x"));
        }
        flush(one);
        flush(other);
        assertEquals(one.hash(), other.hash());
        other.put(Bucket.META, bytes("confState"), bytes("{}"));
        flush(other);
        assertTrue(one.hash() != other.hash());
    }

    private static void flush(BufferedBackend backend) {
        var flush = backend.beginFlush();
        if (flush != null) flush.run();
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
