package io.actd.copy;

import io.actd.backend.Bucket;
import java.nio.ByteBuffer;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/** Reads a copy slice by slice; holds one slice and one row. What it hands out has been under a right checksum. */
final class CopyDecoder {
    /** Takes what is read, in order. */
    interface Sink {
        void header(CopyHeader header);

        void row(Bucket bucket, byte[] key, byte[] value);
    }

    private final Sink sink;
    private final CRC32C crc = new CRC32C();
    /** Between position and limit: what was not handed out yet. */
    private ByteBuffer pending = ByteBuffer.allocate(0);

    private @Nullable CopyHeader header;
    private long rowCount;
    private boolean ended;

    CopyDecoder(Sink sink) {
        this.sink = sink;
    }

    /** True once the trailer was read and right. */
    boolean hasEnded() {
        return ended;
    }

    /** @throws CopyDamaged if this is not the next slice, or not as it was sent */
    void add(ByteBuffer slice) {
        int length = slice.remaining() - StoreCopy.CHECKSUM_BYTES;
        if (length <= 0) throw new CopyDamaged("slice of " + slice.remaining() + " bytes");
        var content = slice.slice(slice.position(), length);
        crc.update(content.duplicate());
        int stated = slice.getInt(slice.position() + length);
        if (stated != (int) crc.getValue()) throw new CopyDamaged("wrong checksum behind row " + rowCount);
        append(content);
        while (decodeNext()) {}
        if (ended && pending.hasRemaining()) throw new CopyDamaged("bytes behind the trailer");
    }

    private void append(ByteBuffer content) {
        int held = pending.remaining();
        int needed = held + content.remaining();
        if (pending.capacity() < needed) {
            // Twice what is needed if a row spans slices, so that growing costs no more than the row itself.
            pending = ByteBuffer.allocate(held > 0 ? 2 * needed : needed).put(pending);
        } else if (pending.position() > 0) {
            pending.compact();
        } else {
            pending.position(held).limit(needed); // a row that spans slices is not moved with each
        }
        pending.put(content).flip();
    }

    private boolean decodeNext() {
        if (!pending.hasRemaining() || ended) return false;
        if (header == null) {
            header = CopyHeader.decode(pending);
            if (header != null) sink.header(header);
            return header != null;
        }
        return pending.get(pending.position()) == StoreCopy.TRAILER ? decodeTrailer() : decodeRow();
    }

    private boolean decodeTrailer() {
        if (pending.remaining() < StoreCopy.TRAILER_BYTES) return false;
        pending.get();
        long sent = pending.getLong();
        if (sent != rowCount) throw new CopyDamaged(rowCount + " rows arrived of " + sent);
        ended = true;
        return true;
    }

    private boolean decodeRow() {
        if (pending.remaining() < StoreCopy.ROW_HEAD_BYTES) return false;
        int at = pending.position();
        int keyBytes = pending.getInt(at + 1);
        int valueBytes = pending.getInt(at + 1 + Integer.BYTES);
        if (keyBytes < 0 || valueBytes < 0) throw new CopyDamaged("row of negative size behind row " + rowCount);
        if (pending.remaining() < (long) StoreCopy.ROW_HEAD_BYTES + keyBytes + valueBytes) return false;
        var bucket = Bucket.ofNumber(pending.get());
        if (bucket == null) throw new CopyDamaged("unknown bucket behind row " + rowCount);
        pending.position(at + StoreCopy.ROW_HEAD_BYTES);
        var key = new byte[keyBytes];
        var value = new byte[valueBytes];
        pending.get(key).get(value);
        rowCount++;
        sink.row(bucket, key, value);
        return true;
    }
}
