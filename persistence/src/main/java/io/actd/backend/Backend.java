package io.actd.backend;

import org.jspecify.annotations.Nullable;

/**
 * A storage engine: buckets of rows sorted by unsigned bytes. All methods may be called from any thread; a failure is
 * an {@link java.io.UncheckedIOException} and stops the member. Use after {@link #close} is a
 * {@link BackendClosed}.
 */
public interface Backend extends AutoCloseable {
    byte @Nullable [] get(Bucket bucket, byte[] key);

    /** Rows with {@code from <= key < to} ({@code to} null: to the end), as of this call. Must be closed. */
    Cursor scan(Bucket bucket, byte[] from, byte @Nullable [] to);

    /** All rows as of this call, for several scans. Must be closed. */
    View view();

    /** Writes all rows or none. With {@code sync}, returns only when they and all before them are durable. */
    void write(WriteBatch batch, boolean sync);

    /** Bytes on disk; may lag behind by about a second. */
    long sizeBytes();

    /** Gives the space of removed rows back to the file system; may take long. */
    void reclaim();

    /** Waits for open cursors and views, then closes. */
    @Override
    void close();

    /** All rows at one moment. */
    interface View extends AutoCloseable {
        /** As {@link Backend#scan}, as of the moment of the view. */
        Cursor scan(Bucket bucket, byte[] from, byte @Nullable [] to);

        @Override
        void close();
    }

    /** A position in sorted rows; starts before the first. One thread at a time. */
    interface Cursor extends AutoCloseable {
        /** Moves on; false at the end. */
        boolean next();

        /** Moves forward, so that {@link #next} finds the first row at or behind {@code key}. Never goes back. */
        void seek(byte[] key);

        byte[] key();

        byte[] value();

        @Override
        void close();
    }
}
