package io.actd.wal;

import io.actd.world.Disk.DiskFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Reads the records of one segment in order and checks everything that does not need their meaning: frame, structure,
 * checksum chain (spec FM-9 to FM-14).
 *
 * <p>Every single flipped bit in or between records is found. In the last segment a record that a crash can have torn
 * (spec FM-33) ends the reading; {@link TornTail} says which those are. Anything else wrong is {@link WalDamaged}.
 */
final class SegmentReader {
    /** What stands at the current position. */
    sealed interface Found {
        /**
         * A good record.
         *
         * @param data only valid until the next record is read; empty if there is no data field
         */
        record Good(long offset, int type, ByteBuffer data) implements Found {}

        /** The records end here. */
        record End(long offset) implements Found {}

        /** A crash tore what starts here. */
        record Torn(long offset, String reason) implements Found {}
    }

    private static final int WINDOW_BYTES = 256 * 1024;

    private final Path path;
    private final DiskFile file;
    private final Crc32c crc;
    private final boolean firstSegment;
    private final boolean lastSegment;
    private final long size;
    private final RecordParser parser = new RecordParser();
    private byte[] window = new byte[WINDOW_BYTES];
    private long windowOffset;
    private int windowLength;
    private long offset;

    /**
     * @param crc checksum of the log so far, carried from segment to segment
     * @param firstSegment the first that is left of the log: its head says what the checksum is
     */
    SegmentReader(Segment segment, Crc32c crc, boolean firstSegment, boolean lastSegment) throws IOException {
        this.path = segment.path();
        this.file = segment.file();
        this.crc = crc;
        this.firstSegment = firstSegment;
        this.lastSegment = lastSegment;
        this.size = file.size();
    }

    Found next() throws IOException {
        long left = size - offset;
        if (left == 0) return new Found.End(offset);
        if (left < RecordFrame.WORD_BYTES) return torn("the file ends inside the length word");
        int at = load(offset, RecordFrame.WORD_BYTES);
        long word = ByteBuffer.wrap(window, at, RecordFrame.WORD_BYTES)
                .order(ByteOrder.LITTLE_ENDIAN)
                .getLong();
        if (word == 0) return end();
        long length = word & 0x00FF_FFFF_FFFF_FFFFL;
        int padding = RecordFrame.padding(length);
        // §1.2 FM-9: of the top byte only this value goes with this length, and no crash tears inside the word
        if (word >>> 56 != (padding == 0 ? 0 : 0x80 | padding)) {
            throw damaged("length word " + Long.toHexString(word) + " is malformed");
        }
        left -= RecordFrame.WORD_BYTES;
        return length + padding > left ? beyondEnd(length, left) : record((int) length, padding);
    }

    private Found record(int length, int padding) throws IOException {
        long start = offset + RecordFrame.WORD_BYTES;
        int at = load(start, length + padding);
        if (!parser.parse(window, at, length, length)) {
            return judge(TornTail.pieceLost(window, at, length, start, parser.seen()), parser.problem());
        }
        var problem = checkSum(at);
        if (problem != null) return problem;
        for (int i = at + length; i < at + length + padding; i++) {
            if (window[i] != 0) throw damaged("padding is not zero");
        }
        var data = ByteBuffer.wrap(window, at + parser.dataFrom(), Math.max(parser.dataLength(), 0));
        var good = new Found.Good(offset, parser.type(), data);
        offset = start + length + padding;
        return good;
    }

    /** Null if the record at hand fits the chain. */
    private @Nullable Found checkSum(int at) throws IOException {
        int before = crc.value();
        if (parser.type() == RecordFrame.CRC) {
            if (parser.dataLength() >= 0) throw damaged("checksum record has data");
            if (firstSegment && offset == 0) crc.startFrom(parser.crc());
            else if (parser.crc() != before) throw damaged("checksum of the segments before does not match");
            return null;
        }
        int length = Math.max(parser.dataLength(), 0);
        int from = at + parser.dataFrom();
        crc.update(window, from, length);
        int computed = crc.value();
        if (parser.crc() == computed) return null;
        crc.startFrom(before);
        int envelope = parser.dataFrom() + length;
        boolean lost = TornTail.pieceLost(window, at, envelope, offset + RecordFrame.WORD_BYTES, envelope)
                && !Crc32c.oneBitOff(parser.crc(), computed, length);
        return judge(lost, "checksum mismatch");
    }

    /** The record claims to go on behind the end of the file: true if what is there of it says the same. */
    private Found beyondEnd(long length, long left) throws IOException {
        long start = offset + RecordFrame.WORD_BYTES;
        int front = (int) Math.min(left, RecordParser.MAX_HEAD_BYTES + 2 * TornTail.SECTOR_BYTES);
        int at = load(start, front);
        boolean consistent =
                parser.parse(window, at, front, length) || TornTail.pieceLost(window, at, front, start, parser.seen());
        return judge(consistent, "record of " + length + " bytes goes beyond the end of the file");
    }

    /**
     * A zero length word: nothing was written from here on, or its sector was not (spec FM-10). Then the rest of the
     * sector is zero too; if it is not, somebody zeroed the word.
     */
    private Found end() throws IOException {
        long start = offset + RecordFrame.WORD_BYTES;
        int restOfSector = (int) Math.min(TornTail.nextSector(offset) - start, size - start);
        int at = load(start, restOfSector);
        for (int i = at; i < at + restOfSector; i++) {
            if (window[i] != 0) throw damaged("length word is zero, but data follows");
        }
        if (restOfSector == 0 && start < size && isRecordWithoutPadding(start)) {
            throw damaged("length word is zero, but a record follows");
        }
        return new Found.End(offset);
    }

    /** True for a record whose length word one flipped bit can have made zero. */
    private boolean isRecordWithoutPadding(long start) throws IOException {
        int headBytes = (int) Math.min(RecordParser.MAX_HEAD_BYTES, size - start);
        int length = parser.lengthByHead(window, load(start, headBytes), headBytes);
        if (Integer.bitCount(length) != 1 || length % 8 != 0 || length > size - start) return false;
        int at = load(start, length);
        if (!parser.parse(window, at, length, length) || parser.dataLength() < 0) return false;
        int before = crc.value();
        crc.update(window, at + parser.dataFrom(), parser.dataLength());
        boolean fits = crc.value() == parser.crc();
        crc.startFrom(before);
        return fits;
    }

    private Found torn(String reason) {
        return judge(true, reason);
    }

    private Found judge(boolean tearable, String reason) {
        if (!tearable || !lastSegment) throw damaged(reason);
        return new Found.Torn(offset, reason);
    }

    private WalDamaged damaged(String reason) {
        return new WalDamaged(path, offset, reason);
    }

    /** Makes these bytes available. Returns where in the window they start. */
    private int load(long from, int length) throws IOException {
        if (from >= windowOffset && from + length <= windowOffset + windowLength) return (int) (from - windowOffset);
        if (length > window.length) window = new byte[Math.max(length, window.length * 2)];
        int wanted = (int) Math.min(window.length, size - from);
        var into = ByteBuffer.wrap(window, 0, wanted);
        while (into.hasRemaining()) {
            if (file.read(into, from + into.position()) < 0) throw new IOException("file became shorter while read");
        }
        windowOffset = from;
        windowLength = wanted;
        return 0;
    }

    /** True if everything from {@code from} to the end of the file is zero. */
    boolean isZeroFrom(long from) throws IOException {
        var zeros = new byte[window.length];
        for (long at = from; at < size; at += window.length) {
            int length = (int) Math.min(window.length, size - at);
            int start = load(at, length);
            if (!Arrays.equals(window, start, start + length, zeros, 0, length)) return false;
        }
        return true;
    }
}
