package io.actd.wal;

/** Types of a record and layout of its frame (spec FM-9, FM-11). */
final class RecordFrame {
    static final int METADATA = 1;
    static final int ENTRY = 2;
    static final int STATE = 3;
    static final int CRC = 4;
    static final int MARK = 5;

    /** Bytes of the length word in front of each record. */
    static final int WORD_BYTES = 8;

    private RecordFrame() {}

    /** The length word of a record of {@code length} protobuf bytes. */
    static long word(int length) {
        long padding = padding(length);
        return padding == 0 ? length : (0x80L | padding) << 56 | length;
    }

    /** Zero bytes behind a record, so that the next length word starts at a multiple of 8. */
    static int padding(long length) {
        return (int) (-length & 7);
    }
}
