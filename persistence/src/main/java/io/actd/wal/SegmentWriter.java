package io.actd.wal;

import io.actd.protocol.wal.ConfState;
import io.actd.protocol.wal.Metadata;
import io.actd.protocol.wal.SnapshotMarkRecord;
import io.actd.raft.Entry;
import io.actd.raft.HardState;
import io.actd.raft.SnapshotMark;
import io.actd.world.Disk.DiskFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * Encodes records behind one another into a segment and keeps the rolling checksum of the log (spec FM-12).
 *
 * <p>Records are gathered in a buffer that outlives segments; {@link #flush} hands it over in one write. A batch larger
 * than the buffer takes several, cut between sectors, so that a crash leaves no sector half written: {@link TornTail}
 * relies on that. Nothing here syncs. Every scalar is written, zero included (spec FM-3).
 */
final class SegmentWriter {
    private static final int BUFFER_BYTES = 1 << 20;
    private static final int MAX_FRAME_HEAD_BYTES = 32;
    private static final byte[] NOTHING = new byte[0];

    private final ByteBuffer buffer = ByteBuffer.allocateDirect(BUFFER_BYTES).order(ByteOrder.LITTLE_ENDIAN);
    private final ByteBuffer[] toWrite = {buffer};
    private final byte[] headBytes = new byte[64];
    private final ByteBuffer head = ByteBuffer.wrap(headBytes);
    private final Crc32c crc = new Crc32c();
    private DiskFile file;
    private long flushedBytes;

    /**
     * @param positionBytes where the next record goes
     * @param rollingCrc checksum of the log up to there
     */
    SegmentWriter(DiskFile file, long positionBytes, int rollingCrc) {
        this.file = file;
        this.flushedBytes = positionBytes;
        crc.startFrom(rollingCrc);
    }

    /** Goes on at the start of another, empty file; what is buffered must have been flushed. */
    void moveTo(DiskFile next) {
        if (buffer.position() != 0) throw new IllegalStateException("unflushed bytes");
        file = next;
        flushedBytes = 0;
    }

    /** Bytes of this segment, buffered ones included. */
    long positionBytes() {
        return flushedBytes + buffer.position();
    }

    void flush() throws IOException {
        if (buffer.position() == 0) return;
        buffer.flip();
        int length = buffer.limit();
        file.write(toWrite, flushedBytes);
        flushedBytes += length;
        buffer.clear();
    }

    /** Makes room: hands over everything but what is in an unfinished sector. */
    private void spill() throws IOException {
        int end = buffer.position();
        int aligned = (int) (TornTail.sectorOf(flushedBytes + end) - flushedBytes);
        buffer.limit(aligned).position(0);
        file.write(toWrite, flushedBytes);
        flushedBytes += aligned;
        buffer.limit(end).position(aligned);
        buffer.compact();
    }

    /** Head of a segment: the checksum so far (spec FM-13). */
    void chain() throws IOException {
        int value = crc.value();
        int length = 3 + varintBytes(value & 0xFFFFFFFFL);
        frame(length, RecordFrame.CRC, value);
        pad(RecordFrame.padding(length));
    }

    void metadata(WalMetadata metadata) throws IOException {
        record(
                RecordFrame.METADATA,
                Metadata.newBuilder()
                        .setNodeID(metadata.memberId())
                        .setClusterID(metadata.clusterId())
                        .build()
                        .toByteArray());
    }

    void entry(Entry entry) throws IOException {
        head.clear();
        head.put((byte) 0x08).put(typeOf(entry));
        varint(head.put((byte) 0x10), entry.term());
        varint(head.put((byte) 0x18), entry.index());
        var payload = entry.payload().bytes();
        if (payload.length > 0) varint(head.put((byte) 0x22), payload.length);
        record(RecordFrame.ENTRY, head.position(), payload);
    }

    void state(HardState state) throws IOException {
        head.clear();
        varint(head.put((byte) 0x08), state.currentTerm());
        varint(head.put((byte) 0x10), state.votedFor());
        varint(head.put((byte) 0x18), state.commitIndex());
        record(RecordFrame.STATE, head.position(), NOTHING);
    }

    void mark(SnapshotMark mark) throws IOException {
        var message = SnapshotMarkRecord.newBuilder().setIndex(mark.index()).setTerm(mark.term());
        if (mark.index() > 0) { // spec FM-17
            message.setConfState(ConfState.newBuilder()
                    .addAllVoters(mark.membership().voters())
                    .addAllLearners(mark.membership().learners())
                    .setAutoLeave(false));
        }
        record(RecordFrame.MARK, message.build().toByteArray());
    }

    private void record(int type, byte[] data) throws IOException {
        record(type, 0, data);
    }

    /** One record whose data is what was put into {@link #head}, then {@code rest}. */
    private void record(int type, int headLength, byte[] rest) throws IOException {
        crc.update(headBytes, 0, headLength);
        crc.update(rest, 0, rest.length);
        int dataBytes = headLength + rest.length;
        int value = crc.value();
        int length = 4 + varintBytes(value & 0xFFFFFFFFL) + varintBytes(dataBytes) + dataBytes;
        frame(length, type, value);
        varint(buffer.put((byte) 0x1a), dataBytes);
        put(headBytes, headLength);
        put(rest, rest.length);
        pad(RecordFrame.padding(length));
    }

    private void frame(int length, int type, int crcValue) throws IOException {
        if (buffer.remaining() < MAX_FRAME_HEAD_BYTES) spill();
        buffer.putLong(RecordFrame.word(length));
        buffer.put((byte) 0x08).put((byte) type);
        varint(buffer.put((byte) 0x10), crcValue & 0xFFFFFFFFL);
    }

    private void put(byte[] bytes, int length) throws IOException {
        int done = 0;
        while (done < length) {
            if (!buffer.hasRemaining()) spill();
            int part = Math.min(buffer.remaining(), length - done);
            buffer.put(bytes, done, part);
            done += part;
        }
    }

    private void pad(int bytes) throws IOException {
        if (buffer.remaining() < bytes) spill();
        for (int i = 0; i < bytes; i++) buffer.put((byte) 0);
    }

    /** Spec FM-15. */
    private static byte typeOf(Entry entry) {
        return switch (entry.type()) {
            case NORMAL -> 0;
            case CONF_CHANGE -> 1;
        };
    }

    private static void varint(ByteBuffer into, long value) {
        long rest = value;
        while ((rest & ~0x7FL) != 0) {
            into.put((byte) (rest | 0x80));
            rest >>>= 7;
        }
        into.put((byte) rest);
    }

    private static int varintBytes(long value) {
        return Math.max(1, (70 - Long.numberOfLeadingZeros(value)) / 7);
    }
}
