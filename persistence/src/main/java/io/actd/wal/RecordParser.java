package io.actd.wal;

/**
 * Takes the protobuf envelope of a record apart: {@code type#1, crc#2, data#3}, absent numbers being 0 (spec FM-3,
 * FM-11). Stricter than protobuf: a field it does not know is damage. Holds the result of the last call.
 */
final class RecordParser {
    /** No envelope has more bytes in front of its data. */
    static final int MAX_HEAD_BYTES = 32;

    private static final int MAX_VARINT_BYTES = 10;

    private int type;
    private int crc;
    private int dataFrom;
    private long dataLength;
    private int seen;
    private long varint;
    private String problem = "";

    /**
     * Reads an envelope of which possibly only the front is there.
     *
     * @param at where in {@code bytes} it starts
     * @param available bytes there are
     * @param length bytes there should be
     * @return false if it cannot be right, with {@link #problem} saying why
     */
    boolean parse(byte[] bytes, int at, int available, long length) {
        if (!fields(bytes, at, available, length)) return false;
        if (type < 0) return fail("record type is negative");
        return true;
    }

    /** Length the envelope must have by what it says about its data; 0 if it does not say. */
    int lengthByHead(byte[] bytes, int at, int available) {
        fields(bytes, at, available, Long.MAX_VALUE);
        return dataLength < 0 || dataFrom + dataLength > Integer.MAX_VALUE ? 0 : (int) (dataFrom + dataLength);
    }

    private boolean fields(byte[] bytes, int at, int available, long length) {
        type = 0;
        crc = 0;
        dataFrom = 0;
        dataLength = -1;
        seen = 0;
        long position = 0;
        while (position < length) {
            if (position >= available) return true;
            seen = (int) position + 1;
            int tag = bytes[at + (int) position];
            if (tag != 0x08 && tag != 0x10 && tag != 0x1a) return fail("record has an unknown field");
            if (!varint(bytes, at, available)) return seen == available && available < length;
            position = seen;
            switch (tag) {
                case 0x08 -> type = (int) varint;
                case 0x10 -> crc = (int) varint;
                default -> {
                    dataFrom = seen;
                    dataLength = varint;
                    if (varint < 0 || varint > length - position) return fail("data is longer than its record");
                    position += varint;
                    if (length != Long.MAX_VALUE && position != length) return fail("data is shorter than its record");
                }
            }
        }
        return true;
    }

    /** Reads on from {@link #seen}. */
    private boolean varint(byte[] bytes, int at, int available) {
        varint = 0;
        for (int i = 0; i < MAX_VARINT_BYTES && seen < available; i++) {
            byte b = bytes[at + seen++];
            varint |= (b & 0x7FL) << (7 * i);
            if (b >= 0) return true;
        }
        return fail("record has a broken number");
    }

    private boolean fail(String reason) {
        problem = reason;
        return false;
    }

    int type() {
        return type;
    }

    int crc() {
        return crc;
    }

    /** Where the data starts, from the start of the envelope. */
    int dataFrom() {
        return dataFrom;
    }

    /** -1 if there is no data field. */
    int dataLength() {
        return (int) dataLength;
    }

    /** Bytes of the envelope the verdict rests on, from its start. */
    int seen() {
        return seen;
    }

    String problem() {
        return problem;
    }
}
