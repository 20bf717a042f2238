package io.actd.backend;

import org.jspecify.annotations.Nullable;

/**
 * A storage engine: buckets of rows sorted by unsigned bytes. All methods may be called from any thread; a failure is
 * an {@link java.io.UncheckedIOException} and stops the member.
 */
public interface Backend extends AutoCloseable {
    byte @Nullable [] get(Bucket bucket, byte[] key);

    /** Rows with {@code from <= key < to} ({@code to} null: to the end), as of this call. Must be closed. */
    Cursor scan(Bucket bucket, byte[] from, byte @Nullable [] to);

    /** Writes all rows or none. With {@code sync}, returns only when they and all before them are durable. */
    void write(WriteBatch batch, boolean sync);

    /** Bytes on disk. */
    long sizeBytes();

    /** Waits for open cursors, then closes. */
    @Override
    void close();

    /** A position in sorted rows; starts before the first. One thread at a time. */
    interface Cursor extends AutoCloseable {
        /** Moves on; false at the end. */
        boolean next();

        byte[] key();

        byte[] value();

        @Override
        void close();
    }
}
