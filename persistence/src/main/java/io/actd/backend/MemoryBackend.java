package io.actd.backend;

import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentSkipListMap;
import org.jspecify.annotations.Nullable;

/**
 * An engine without files, for tests and simulation. {@link #crash} drops what was not synced, as a machine that loses
 * power would.
 */
public final class MemoryBackend implements Backend {
    /** A row as of some write; older ones are kept while a view may still ask for them. Never compared. */
    @SuppressWarnings("ArrayRecordComponent")
    private record Version(
            long sequence,
            byte @Nullable [] value,
            @Nullable Version older) {}

    private final Map<Bucket, ConcurrentSkipListMap<byte[], Version>> buckets = new EnumMap<>(Bucket.class);
    // Rows as they were before writes that are not synced yet, newest first.
    private final Deque<WriteBatch.Row> undo = new ArrayDeque<>();
    private long sequence;
    private int openViews;
    private long bytes;
    private boolean closed;

    public MemoryBackend() {
        for (var bucket : Bucket.values()) buckets.put(bucket, new ConcurrentSkipListMap<>(Arrays::compareUnsigned));
    }

    private ConcurrentSkipListMap<byte[], Version> rows(Bucket bucket) {
        return Objects.requireNonNull(buckets.get(bucket));
    }

    @Override
    public synchronized byte @Nullable [] get(Bucket bucket, byte[] key) {
        checkOpen();
        var version = rows(bucket).get(key);
        return version == null ? null : version.value;
    }

    @Override
    public Cursor scan(Bucket bucket, byte[] from, byte @Nullable [] to) {
        return cursor(bucket, from, to, beginView());
    }

    @Override
    public View view() {
        long asOf = beginView();
        return new View() {
            private boolean ended;

            @Override
            public Cursor scan(Bucket bucket, byte[] from, byte @Nullable [] to) {
                beginView();
                return cursor(bucket, from, to, asOf);
            }

            @Override
            public void close() {
                if (!ended) endView();
                ended = true;
            }
        };
    }

    private Cursor cursor(Bucket bucket, byte[] from, byte @Nullable [] to, long asOf) {
        return new RowCursor<>(rows(bucket), from, to, v -> valueAt(v, asOf), this::endView);
    }

    private static byte @Nullable [] valueAt(@Nullable Version newest, long asOf) {
        var version = newest;
        while (version != null && version.sequence > asOf) version = version.older;
        return version == null ? null : version.value;
    }

    private synchronized long beginView() {
        checkOpen();
        openViews++;
        return sequence;
    }

    private synchronized void endView() {
        openViews--;
        notifyAll();
    }

    @Override
    public synchronized void write(WriteBatch batch, boolean sync) {
        checkOpen();
        sequence++;
        for (var row : batch.rows()) {
            var before = set(row);
            if (!sync) undo.push(new WriteBatch.Row(row.bucket(), row.key(), before));
        }
        if (sync) undo.clear();
    }

    private byte @Nullable [] set(WriteBatch.Row row) {
        var rows = rows(row.bucket());
        var before = rows.get(row.key());
        var value = row.value();
        if (value == null && openViews == 0) {
            rows.remove(row.key());
        } else {
            rows.put(row.key(), new Version(sequence, value, openViews == 0 ? null : before));
        }
        var old = before == null ? null : before.value;
        bytes += size(row.key(), value) - size(row.key(), old);
        return old;
    }

    private static long size(byte[] key, byte @Nullable [] value) {
        return value == null ? 0 : (long) key.length + value.length;
    }

    /** Loses every write since the last synced one; usable afterwards as if it had been opened again. */
    public synchronized void crash() {
        sequence++;
        while (!undo.isEmpty()) set(undo.pop());
        closed = false;
    }

    /** Takes back a {@link #close}, with everything that was written. */
    public synchronized void reopen() {
        closed = false;
    }

    @Override
    public synchronized long sizeBytes() {
        return bytes;
    }

    @Override
    public void reclaim() {}

    /** Waits for cursors and views; the rows stay for {@link #crash}. */
    @Override
    public synchronized void close() {
        if (closed) return;
        closed = true;
        boolean interrupted = false;
        while (openViews > 0) {
            try {
                wait();
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) Thread.currentThread().interrupt();
    }

    private void checkOpen() {
        if (closed) throw new BackendClosed();
    }
}
