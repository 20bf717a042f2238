package io.actd.simulation.cluster;

import io.actd.world.Disk.DiskFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * A file of records that grows at its end, in blocks of one sector, each with its checksum. A power loss leaves a block
 * as it was written or zero, since nothing was there before; so what a power loss did can be told from a bit that turned
 * over: a record with a block that is zero or missing was never synced, and one with a wrong checksum is damaged.
 */
final class BlockFile {
    private static final int BLOCK_BYTES = 512;
    private static final int CRC_BYTES = 4;
    private static final int LENGTH_BYTES = 4;
    private static final int ROOM_BYTES = BLOCK_BYTES - CRC_BYTES;

    private final DiskFile file;
    private long endBytes;

    BlockFile(DiskFile file) {
        this.file = file;
    }

    /** Where the next record will start. */
    long endBytes() {
        return endBytes;
    }

    /**
     * The record at the end of what was read so far; null if there is none, or none that is whole.
     *
     * @throws IOException if it is damaged
     */
    byte @Nullable [] next() throws IOException {
        var first = block(endBytes);
        if (first == null) return null;
        int length = first.getInt();
        if (length < 0) throw damaged(endBytes, "length " + length);
        var record = new byte[length];
        int got = Math.min(length, first.remaining());
        first.get(record, 0, got);
        long at = endBytes + BLOCK_BYTES;
        for (; got < length; at += BLOCK_BYTES) {
            var block = block(at);
            if (block == null) return null;
            int part = Math.min(length - got, ROOM_BYTES);
            block.get(record, got, part);
            got += part;
        }
        endBytes = at;
        return record;
    }

    /** What is in the block there; null if it was not written, as far as one can see. */
    private @Nullable ByteBuffer block(long position) throws IOException {
        var bytes = new byte[BLOCK_BYTES];
        var into = ByteBuffer.wrap(bytes);
        while (into.hasRemaining() && file.read(into, position + into.position()) > 0) {}
        if (into.hasRemaining() || Arrays.equals(bytes, new byte[BLOCK_BYTES])) return null;
        var block = into.flip();
        if (block.getInt() != crc(bytes)) throw damaged(position, "checksum mismatch");
        return block;
    }

    private static IOException damaged(long position, String why) {
        return new IOException("damaged at byte " + position + ": " + why);
    }

    /** Not durable before {@link #sync}. */
    void append(byte[] record) throws IOException {
        int blocks = (LENGTH_BYTES + record.length + ROOM_BYTES - 1) / ROOM_BYTES;
        var to = ByteBuffer.allocate(blocks * BLOCK_BYTES);
        var from = ByteBuffer.allocate(blocks * ROOM_BYTES)
                .putInt(record.length)
                .put(record)
                .rewind();
        var block = new byte[BLOCK_BYTES];
        while (from.hasRemaining()) {
            from.get(block, CRC_BYTES, ROOM_BYTES);
            to.putInt(crc(block)).put(block, CRC_BYTES, ROOM_BYTES);
        }
        file.write(new ByteBuffer[] {to.flip()}, endBytes);
        endBytes += to.limit();
    }

    private static int crc(byte[] block) {
        var crc = new CRC32C();
        crc.update(block, CRC_BYTES, ROOM_BYTES);
        return (int) crc.getValue();
    }

    void sync() throws IOException {
        file.sync();
    }

    void close() throws IOException {
        file.close();
    }
}
