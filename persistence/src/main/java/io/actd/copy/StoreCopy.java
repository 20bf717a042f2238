package io.actd.copy;

import io.actd.apply.StateMachine;
import io.actd.apply.StoredMark;
import io.actd.backend.Backend;
import io.actd.backend.Bucket;
import io.actd.raft.SnapshotMark;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * A copy of the store as of its last flush, read slice by slice while the store goes on. Holds one slice and one row;
 * what it reads stays in the engine until it is closed. Blocking I/O, one thread at a time.
 */
public final class StoreCopy implements AutoCloseable {
    /** Size of a slice unless asked otherwise. */
    public static final int SLICE_BYTES = 256 << 10;

    static final int CHECKSUM_BYTES = Integer.BYTES;
    static final int ROW_HEAD_BYTES = 1 + 2 * Integer.BYTES;
    static final byte TRAILER = 0;
    static final int TRAILER_BYTES = 1 + Long.BYTES;

    /** A piece of the copy with its checksum; never compared. */
    @SuppressWarnings("ArrayRecordComponent")
    public record Slice(byte[] bytes, boolean last) {}

    private static final Bucket[] BUCKETS = Bucket.values();

    private final Backend.View view;
    private final SnapshotMark mark;
    private final int sliceBytes;
    private final CRC32C crc = new CRC32C();
    /** Encoded, not yet in a slice; only of the first a part may be gone. */
    private final Deque<byte[]> pieces = new ArrayDeque<>();

    private int firstPieceFrom;
    private int nextBucket;
    private Backend.@Nullable Cursor rows;
    private long rowCount;
    private boolean trailerMade;

    private StoreCopy(Backend.View view, long clusterId, int sliceBytes) {
        this.view = view;
        this.mark = StoredMark.of(view);
        this.sliceBytes = sliceBytes;
        pieces.add(new CopyHeader(clusterId, mark).encode());
    }

    /** Begins a copy of what is flushed now: at least everything the log has been told it may forget. */
    public static StoreCopy of(StateMachine state, long clusterId) {
        return of(state, clusterId, SLICE_BYTES);
    }

    /** As {@link #of(StateMachine, long)}, in slices of at most so many bytes. */
    public static StoreCopy of(StateMachine state, long clusterId, int sliceBytes) {
        return of(state.flushed(), clusterId, sliceBytes);
    }

    /** @param view closed with the copy */
    static StoreCopy of(Backend.View view, long clusterId, int sliceBytes) {
        boolean begun = false;
        try {
            var copy = new StoreCopy(view, clusterId, sliceBytes);
            begun = true;
            return copy;
        } finally {
            if (!begun) view.close();
        }
    }

    /** What the copy holds: last applied entry and membership; index 0 if nothing was ever flushed. */
    public SnapshotMark mark() {
        return mark;
    }

    /** The next slice. Not to be called after the last one. */
    public Slice next() {
        var slice = new byte[sliceBytes];
        int end = sliceBytes - CHECKSUM_BYTES;
        int at = 0;
        while (at < end && hasPiece()) {
            var piece = pieces.getFirst();
            int length = Math.min(end - at, piece.length - firstPieceFrom);
            System.arraycopy(piece, firstPieceFrom, slice, at, length);
            at += length;
            firstPieceFrom += length;
            if (firstPieceFrom == piece.length) {
                pieces.removeFirst();
                firstPieceFrom = 0;
            }
        }
        if (at == 0) throw new IllegalStateException("the copy has ended");
        crc.update(slice, 0, at);
        ByteBuffer.wrap(slice).putInt(at, (int) crc.getValue());
        boolean last = !hasPiece();
        return new Slice(at == end ? slice : Arrays.copyOf(slice, at + CHECKSUM_BYTES), last);
    }

    private boolean hasPiece() {
        while (pieces.isEmpty() && !trailerMade) encodeNext();
        return !pieces.isEmpty();
    }

    private void encodeNext() {
        var current = rows;
        if (current == null) {
            if (nextBucket == BUCKETS.length) makeTrailer();
            else rows = view.scan(BUCKETS[nextBucket++], new byte[0], null);
        } else if (current.next()) {
            encodeRow(BUCKETS[nextBucket - 1], current.key(), current.value());
        } else {
            current.close();
            rows = null;
        }
    }

    private void encodeRow(Bucket bucket, byte[] key, byte[] value) {
        var head = ByteBuffer.allocate(ROW_HEAD_BYTES + key.length);
        head.put(bucket.number()).putInt(key.length).putInt(value.length).put(key);
        pieces.add(head.array());
        if (value.length > 0) pieces.add(value);
        rowCount++;
    }

    private void makeTrailer() {
        trailerMade = true;
        pieces.add(ByteBuffer.allocate(TRAILER_BYTES)
                .put(TRAILER)
                .putLong(rowCount)
                .array());
    }

    /** Closing twice is fine. */
    @Override
    public void close() {
        if (rows != null) rows.close();
        view.close();
    }
}
