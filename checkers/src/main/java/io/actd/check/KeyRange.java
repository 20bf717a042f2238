package io.actd.check;

import com.google.protobuf.ByteString;
import java.util.Comparator;

/** Ranges of keys as the API writes them (spec §4). */
public final class KeyRange {
    /** The one-byte key {@code 00}; as range end: no upper bound. */
    public static final ByteString ZERO = ByteString.copyFrom(new byte[] {0});

    /** Order of keys: unsigned bytes. */
    public static final Comparator<ByteString> ORDER = ByteString.unsignedLexicographicalComparator();

    private KeyRange() {}

    /** Whether the key lies in the range (spec K-1…K-3). */
    public static boolean contains(ByteString start, ByteString end, ByteString key) {
        if (end.isEmpty()) {
            return key.equals(start);
        }
        return ORDER.compare(start, key) <= 0 && (end.equals(ZERO) || ORDER.compare(key, end) < 0);
    }

    /** The end of the range of all keys with this prefix (spec K-2). */
    public static ByteString prefixEnd(ByteString prefix) {
        for (int last = prefix.size() - 1; last >= 0; last--) {
            if (prefix.byteAt(last) != (byte) 0xff) {
                byte[] end = prefix.substring(0, last + 1).toByteArray();
                end[last]++;
                return ByteString.copyFrom(end);
            }
        }
        return ZERO;
    }
}
