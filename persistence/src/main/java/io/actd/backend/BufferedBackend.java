package io.actd.backend;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.actd.world.Failpoints;
import java.util.ArrayList;
import java.util.Set;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * A write buffer in front of an engine. Applied rows live here until they are flushed as one synced batch together
 * with the consistent index that covers them, so a crash loses a suffix of applied commands, never a hole; the log
 * replays that suffix. Reads see buffered rows at once.
 *
 * <p>One writer thread ({@link #put}, {@link #delete}, {@link #beginFlush}); reads and {@link Flush#run} on any thread.
 * Key and value arrays are kept, not copied: they must not be modified afterwards.
 */
public final class BufferedBackend implements AutoCloseable {
    // A row is looked for in `pending`, then in `flushing`, then in the engine. A flush reaches the engine before its
    // layer is dropped here, so a reader that took the layers first and asks the engine later misses nothing.
    private static final class Layers {
        private final Layer pending;
        private final @Nullable Flush flushing;

        Layers(Layer pending, @Nullable Flush flushing) {
            this.pending = pending;
            this.flushing = flushing;
        }
    }

    private static final Set<String> UNHASHED_META = Set.of("consistent_index", "term", "storageVersion");

    private final Backend engine;
    private final Failpoints failpoints;
    private volatile Layers layers = new Layers(new Layer(), null);

    public BufferedBackend(Backend engine, Failpoints failpoints) {
        this.engine = engine;
        this.failpoints = failpoints;
    }

    public void put(Bucket bucket, byte[] key, byte[] value) {
        // An empty array of the caller's must not be taken for the mark of deletion.
        layers.pending.put(bucket, key, value == Layer.DELETED ? new byte[0] : value);
    }

    public void delete(Bucket bucket, byte[] key) {
        layers.pending.put(bucket, key, Layer.DELETED);
    }

    public byte @Nullable [] get(Bucket bucket, byte[] key) {
        var seen = layers;
        var value = seen.pending.get(bucket, key);
        if (value == null && seen.flushing != null) value = seen.flushing.layer.get(bucket, key);
        if (value == null) return engine.get(bucket, key);
        return value == Layer.DELETED ? null : value;
    }

    /** As {@link Backend#scan}, buffered rows included; rows buffered during the scan may or may not be seen. */
    public Backend.Cursor scan(Bucket bucket, byte[] from, byte @Nullable [] to) {
        while (true) {
            var seen = layers;
            var engineRows = engine.scan(bucket, from, to);
            // A flush that ended in between made the engine newer than a layer that is to override it.
            if (seen == layers) return merge(seen, engineRows, bucket, from, to);
            engineRows.close();
        }
    }

    private static Backend.Cursor merge(
            Layers layers, Backend.Cursor engineRows, Bucket bucket, byte[] from, byte @Nullable [] to) {
        var sources = new ArrayList<Backend.Cursor>(5);
        layers.pending.addCursors(sources, bucket, from, to);
        if (layers.flushing != null) layers.flushing.layer.addCursors(sources, bucket, from, to);
        if (sources.isEmpty()) return engineRows;
        sources.add(engineRows);
        return new MergeCursor(sources);
    }

    /**
     * The rows as of the last finished flush: the state after some applied command, its consistent index included. For
     * copies of the store and for hashes.
     */
    public Backend.View flushed() {
        return engine.view();
    }

    /**
     * CRC-32C over all buckets, buffered rows included (spec FM-74, FM-77); rows that differ between equal members are left
     * out. Blocking I/O.
     */
    public int hash() {
        var crc = new CRC32C();
        for (var bucket : Bucket.values()) {
            crc.update(bucket.bucketName());
            try (var rows = scan(bucket, new byte[0], null)) {
                while (rows.next()) {
                    if (bucket == Bucket.META && isUnhashed(rows.key())) continue;
                    crc.update(rows.key());
                    crc.update(rows.value());
                }
            }
        }
        return (int) crc.getValue();
    }

    private static boolean isUnhashed(byte[] key) {
        return UNHASHED_META.contains(new String(key, US_ASCII));
    }

    /** Bytes waiting to be flushed. */
    public long bufferedBytes() {
        var seen = layers;
        return seen.pending.bytes() + (seen.flushing == null ? 0 : seen.flushing.layer.bytes());
    }

    /** Engine size plus what is buffered. */
    public long sizeBytes() {
        return engine.sizeBytes() + bufferedBytes();
    }

    /** As {@link Backend#reclaim}. Blocking I/O. */
    public void reclaim() {
        engine.reclaim();
    }

    /**
     * Cuts the buffer between two commands: everything so far goes into the returned flush. At most one flush is under
     * way; null if nothing is buffered.
     */
    public @Nullable Flush beginFlush() {
        var seen = layers;
        if (seen.flushing != null) throw new IllegalStateException("the flush before has not ended");
        if (seen.pending.isEmpty()) return null;
        var flush = new Flush(seen.pending);
        layers = new Layers(new Layer(), flush);
        return flush;
    }

    /** Writes rows past the buffer, synced: only for rows that are surely flushed already (compaction). */
    public void writeThrough(WriteBatch batch) {
        engine.write(batch, true);
    }

    /** Flushes what is buffered (writer thread), then closes the engine. */
    @Override
    public void close() {
        var underWay = layers.flushing;
        if (underWay != null) underWay.run();
        var last = beginFlush();
        if (last != null) last.run();
        engine.close();
    }

    /** Closes the engine and forgets what is buffered: for a store that another one replaced. */
    public void discard() {
        engine.close();
    }

    /** A cut of the buffer on its way to the engine. */
    public final class Flush implements Runnable {
        private final Layer layer;
        private boolean done;

        Flush(Layer layer) {
            this.layer = layer;
        }

        /** Writes and syncs; afterwards the rows are served by the engine. A second call does nothing. */
        @Override
        public synchronized void run() {
            if (done) return;
            failpoints.hit("backend-before-flush");
            engine.write(layer.toBatch(), true);
            failpoints.hit("backend-after-flush");
            done = true;
            // The writer begins no other flush while this one is set, so nobody else replaces the layers now.
            layers = new Layers(layers.pending, null);
        }
    }
}
