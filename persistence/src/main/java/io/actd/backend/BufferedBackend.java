package io.actd.backend;

import org.jspecify.annotations.Nullable;

/**
 * A write buffer in front of an engine. Applied rows live here until they are flushed as one synced batch together
 * with the consistent index that covers them, so a crash loses a suffix of applied commands, never a hole; the log
 * replays that suffix. Reads see buffered rows at once.
 *
 * <p>One writer thread ({@link #put}, {@link #delete}, {@link #beginFlush}); reads and {@link Flush#run} on any thread.
 */
public final class BufferedBackend implements AutoCloseable {
    public BufferedBackend(Backend engine) {
        throw new UnsupportedOperationException();
    }

    public void put(Bucket bucket, byte[] key, byte[] value) {
        throw new UnsupportedOperationException();
    }

    public void delete(Bucket bucket, byte[] key) {
        throw new UnsupportedOperationException();
    }

    public byte @Nullable [] get(Bucket bucket, byte[] key) {
        throw new UnsupportedOperationException();
    }

    /** As {@link Backend#scan}, buffered rows included. */
    public Backend.Cursor scan(Bucket bucket, byte[] from, byte @Nullable [] to) {
        throw new UnsupportedOperationException();
    }

    /** Bytes waiting to be flushed. */
    public long bufferedBytes() {
        throw new UnsupportedOperationException();
    }

    /** Engine size plus what is buffered. */
    public long sizeBytes() {
        throw new UnsupportedOperationException();
    }

    /**
     * Cuts the buffer between two commands: everything so far goes into the returned flush. At most one flush is under
     * way; null if nothing is buffered.
     */
    public @Nullable Flush beginFlush() {
        throw new UnsupportedOperationException();
    }

    /** Writes rows past the buffer, synced: only for rows that are surely flushed already (compaction). */
    public void writeThrough(WriteBatch batch) {
        throw new UnsupportedOperationException();
    }

    /** Flushes what is buffered (writer thread), then closes the engine. */
    @Override
    public void close() {
        throw new UnsupportedOperationException();
    }

    /** A cut of the buffer on its way to the engine. */
    public final class Flush implements Runnable {
        Flush() {}

        /** Writes and syncs; afterwards the rows are served by the engine. */
        @Override
        public void run() {
            throw new UnsupportedOperationException();
        }
    }
}
