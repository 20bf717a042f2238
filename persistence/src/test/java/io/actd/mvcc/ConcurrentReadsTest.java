package io.actd.mvcc;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.ByteString;
import io.actd.backend.BufferedBackend;
import io.actd.backend.LevelDbBackend;
import io.actd.protocol.Refusal;
import io.actd.world.Clock;
import io.actd.world.Failpoints;
import io.actd.world.SystemDisk;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Readers beside a writer, flushes and compactions. Every write puts all keys, or deletes them all, so a read that mixes
 * two revisions shows.
 */
final class ConcurrentReadsTest {
    private static final int KEYS = 10;
    private static final int WRITES = 4000;
    private static final KeyRange ALL =
            KeyRange.of(ByteString.copyFrom(new byte[] {0}), ByteString.copyFrom(new byte[] {0}));

    private final AtomicBoolean done = new AtomicBoolean();
    private final AtomicReference<BufferedBackend.Flush> nextFlush = new AtomicReference<>();

    @Test
    void everyRead_showsExactlyOneRevision(@TempDir Path directory) throws Exception {
        var engine = LevelDbBackend.open(directory.resolve("db"), Clock.system(), new SystemDisk());
        var backend = new BufferedBackend(engine, new Failpoints());
        var store = MvccStore.load(backend, TestWorld.of(new Failpoints()), (key, lease) -> {}, 100_000);
        try (var threads = Executors.newCachedThreadPool()) {
            var tasks = new ArrayList<Future<Void>>();
            Callable<Void> engineWork = () -> flushAndCompact(store);
            tasks.add(threads.submit(engineWork));
            for (int i = 0; i < 3; i++) {
                var random = new Random(i);
                tasks.add(threads.submit(() -> read(store, random)));
            }
            try {
                write(store, backend);
            } finally {
                done.set(true);
            }
            for (var task : tasks) task.get();
        }
        backend.close();
    }

    private void write(MvccStore store, BufferedBackend backend) {
        boolean flushing = false;
        for (int i = 0; i < WRITES; i++) {
            var txn = store.write();
            if (i % 5 == 4) {
                txn.deleteUnread(ALL);
            } else {
                for (int k = 0; k < KEYS; k++)
                    txn.put(ByteString.copyFromUtf8("k" + k), ByteString.copyFromUtf8("v"), 0);
            }
            assertEquals(i + 2, txn.end());
            if (i % 50 == 49) store.compact(store.revision() - 20);
            if (nextFlush.get() == null && (!flushing || i % 7 == 0)) {
                var flush = backend.beginFlush();
                flushing = flush != null;
                nextFlush.set(flush);
            }
        }
    }

    private @Nullable Void flushAndCompact(MvccStore store) {
        while (!done.get()) {
            var flush = nextFlush.get();
            if (flush != null) {
                flush.run();
                nextFlush.set(null);
            }
            var run = store.compactionRun();
            if (run != null) run.step(100);
        }
        var last = nextFlush.get();
        if (last != null) last.run();
        return null;
    }

    private @Nullable Void read(MvccStore store, Random random) {
        long lastSeen = 0;
        while (!done.get()) {
            var newest = store.range(ALL, 0, 0);
            assertTrue(newest.storeRevision() >= lastSeen);
            lastSeen = newest.storeRevision();
            assertOneRevision(newest, lastSeen);
            long at = Math.max(1, lastSeen - random.nextInt(60));
            var older = store.range(ALL, at, 0);
            if (older.refusal() == null) {
                assertOneRevision(older, at);
            } else {
                assertEquals(Refusal.COMPACTED, older.refusal());
                assertTrue(store.compactedRevision() > at);
            }
            var page = store.history(at, lastSeen, key -> true, 10, 100_000);
            if (page.refusal() == null) assertWhole(page, at);
            var hash = store.hashKv(at);
            if (hash.refusal() == null && hash.compactRevision() < at) assertEquals(at, hash.hashRevision());
        }
        return null;
    }

    private static void assertOneRevision(RangeResult result, long at) {
        boolean deleted = at == 1 || (at - 2) % 5 == 4;
        assertEquals(deleted ? 0 : KEYS, result.count(), "at " + at);
        for (var kv : result.kvs()) assertEquals(at, kv.getModRevision());
    }

    private static void assertWhole(MvccStore.HistoryPage page, long from) {
        long expected = Math.max(2, from);
        for (var revision : page.revisions()) {
            assertEquals(expected++, revision.revision());
            assertEquals(KEYS, revision.events().size());
        }
    }
}
