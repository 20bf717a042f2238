package io.actd.wal;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;

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

    private final Path path;
    private final FileWindow file;
    private final Crc32c crc;
    private final boolean firstSegment;
    private final boolean lastSegment;
    private final RecordParser parser = new RecordParser();
    private long offset;
    private long restoredWordAt = -1;
    private long restoredWord;

    /**
     * @param crc checksum of the log so far, carried from segment to segment
     * @param firstSegment the first that is left of the log: its head says what the checksum is
     */
    SegmentReader(Segment segment, Crc32c crc, boolean firstSegment, boolean lastSegment) throws IOException {
        this(segment.path(), new FileWindow(segment.file()), crc, firstSegment, lastSegment);
    }

    private SegmentReader(Path path, FileWindow file, Crc32c crc, boolean firstSegment, boolean lastSegment) {
        this.path = path;
        this.file = file;
        this.crc = crc;
        this.firstSegment = firstSegment;
        this.lastSegment = lastSegment;
    }

    Found next() throws IOException {
        long left = file.size() - offset;
        if (left == 0) return new Found.End(offset);
        if (left < RecordFrame.WORD_BYTES) return judge(true, "the file ends inside the length word");
        int at = file.load(offset, RecordFrame.WORD_BYTES);
        long word = ByteBuffer.wrap(file.bytes(), at, RecordFrame.WORD_BYTES)
                .order(ByteOrder.LITTLE_ENDIAN)
                .getLong();
        if (offset == restoredWordAt) word = restoredWord;
        if (word == 0) return end();
        long length = word & 0x00FF_FFFF_FFFF_FFFFL;
        int padding = RecordFrame.padding(length);
        // FM-9: of the top byte only this value goes with this length, and no crash tears inside the word
        if (word >>> 56 != (padding == 0 ? 0 : 0x80 | padding)) {
            throw damaged("length word " + Long.toHexString(word) + " is malformed");
        }
        left -= RecordFrame.WORD_BYTES;
        return length + padding > left ? beyondEnd(length, left) : record((int) length, padding);
    }

    /** True if there is nothing but zeros from here to the end of the file. */
    boolean isZeroFrom(long from) throws IOException {
        return file.isZero(from, file.size());
    }

    private Found record(int length, int padding) throws IOException {
        long start = start();
        int at = file.load(start, length + padding);
        var bytes = file.bytes();
        if (!parser.parse(bytes, at, length, length)) {
            return judge(TornTail.sectorLost(file, start, start + parser.seen()), parser.problem());
        }
        if (parser.type() == RecordFrame.CRC) {
            checkChain();
        } else if (!checksumFits(bytes, at)) {
            return judge(sumTorn(parser.crc(), bytes, at), "checksum mismatch");
        }
        for (int i = at + length; i < at + length + padding; i++) {
            if (bytes[i] != 0) throw damaged("padding is not zero");
        }
        var data = ByteBuffer.wrap(bytes, at + parser.dataFrom(), Math.max(parser.dataLength(), 0));
        var good = new Found.Good(offset, parser.type(), data);
        offset = start + length + padding;
        return good;
    }

    private void checkChain() {
        if (parser.dataLength() >= 0) throw damaged("checksum record has data");
        if (firstSegment && offset == 0) crc.startFrom(parser.crc());
        else if (parser.crc() != crc.value()) throw damaged("checksum of the segments before does not match");
    }

    /** True if the record continues the checksum, which it then has; else that is as before. */
    private boolean checksumFits(byte[] bytes, int at) {
        int before = crc.value();
        crc.update(bytes, at + parser.dataFrom(), Math.max(parser.dataLength(), 0));
        if (crc.value() == parser.crc()) return true;
        crc.startFrom(before);
        return false;
    }

    /** True if the checksum is wrong because a sector is missing, and not because one bit is. */
    private boolean sumTorn(int stored, byte[] bytes, int at) throws IOException {
        int length = Math.max(parser.dataLength(), 0);
        int before = crc.value();
        crc.update(bytes, at + parser.dataFrom(), length);
        int computed = crc.value();
        crc.startFrom(before);
        long dataStart = start() + parser.dataFrom();
        if (!TornTail.sectorLost(file, start(), dataStart + length)) return false;
        var flipped = Crc32c.flippedByte(stored, computed, length);
        if (flipped.isEmpty()) return true;
        long sector = TornTail.sectorOf(dataStart + flipped.getAsInt());
        return flipped.getAsInt() < length && TornTail.sectorLost(file, Math.max(sector, start()), sector + 1);
    }

    /** The record claims to go on behind the end of the file: a crash kept it from growing, or the claim is false. */
    private Found beyondEnd(long length, long left) throws IOException {
        long start = start();
        int front = (int) Math.min(left, RecordParser.MAX_HEAD_BYTES);
        int at = file.load(start, front);
        boolean tearable = parser.parse(file.bytes(), at, front, length)
                || TornTail.sectorLost(file, start, start + parser.seen());
        return judge(tearable, "record of " + length + " bytes goes beyond the end of the file");
    }

    /**
     * A zero length word: nothing was written from here on, or its sector was not (spec FM-10). Then the rest of the
     * sector is zero too; if it is not, somebody zeroed the word.
     */
    private Found end() throws IOException {
        long sectorEnd = TornTail.nextSector(offset);
        if (!file.isZero(start(), sectorEnd)) throw damaged("length word is zero, but data follows");
        int length = start() == sectorEnd ? recordWithoutPadding(sectorEnd) : 0;
        return length == 0
                ? new Found.End(offset)
                : judge(!laterBatchBehind(length), "length word is zero, but a record follows");
    }

    /** Length of a good record here whose length word one flipped bit can have made zero; 0 if there is none. */
    private int recordWithoutPadding(long start) throws IOException {
        int front = (int) Math.min(RecordParser.MAX_HEAD_BYTES, file.size() - start);
        int at = file.load(start, front);
        int length = parser.lengthByHead(file.bytes(), at, front);
        if (Integer.bitCount(length) != 1 || length % 8 != 0 || length > file.size() - start) return 0;
        at = file.load(start, length);
        if (!parser.parse(file.bytes(), at, length, length) || parser.dataLength() < 0) return 0;
        int before = crc.value();
        boolean fits = checksumFits(file.bytes(), at);
        crc.startFrom(before);
        return fits ? length : 0;
    }

    /**
     * A zero word in the last place of a sector, with its record whole behind it, may be the one lost sector of a torn
     * batch or one flipped bit. A batch is written after the one before is durable: if what follows is more than one,
     * this is no tear. Entries end with a hard state; so an entry behind that, or anything behind a mark, is of a later
     * batch. (Hard states in front may be unsynced commit indexes.)
     */
    private boolean laterBatchBehind(int length) throws IOException {
        var crcFromHere = new Crc32c();
        crcFromHere.startFrom(crc.value());
        var ahead = new SegmentReader(path, file, crcFromHere, firstSegment, lastSegment);
        ahead.offset = offset;
        ahead.restoredWordAt = offset;
        ahead.restoredWord = length;
        boolean entrySeen = false;
        boolean batchEnded = false;
        try {
            while (ahead.next() instanceof Found.Good record) {
                if (batchEnded && record.type() != RecordFrame.MARK) return true;
                entrySeen |= record.type() == RecordFrame.ENTRY;
                batchEnded |= record.type() == RecordFrame.MARK || (entrySeen && record.type() == RecordFrame.STATE);
            }
        } catch (WalDamaged unclear) {
            return true;
        }
        return false;
    }

    private long start() {
        return offset + RecordFrame.WORD_BYTES;
    }

    private Found judge(boolean tearable, String reason) {
        if (!tearable || !lastSegment) throw damaged(reason);
        return new Found.Torn(offset, reason);
    }

    private WalDamaged damaged(String reason) {
        return new WalDamaged(path, offset, reason);
    }
}
