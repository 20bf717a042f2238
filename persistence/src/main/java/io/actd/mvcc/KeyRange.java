package io.actd.mvcc;

import com.google.protobuf.ByteString;

/**
 * A range of keys as requests give it (spec §4): {@code end} empty is the single key, the one byte 00 is everything
 * from {@code key} on, anything else is [key, end).
 */
public record KeyRange(ByteString key, ByteString end) {
    private static final ByteString OPEN = ByteString.copyFrom(new byte[] {0});

    public static KeyRange of(ByteString key, ByteString end) {
        return new KeyRange(key, end);
    }

    public boolean isSingle() {
        return end.isEmpty();
    }

    /** True if the range has no upper end. */
    public boolean isOpen() {
        return end.equals(OPEN);
    }

    public boolean contains(ByteString candidate) {
        if (isSingle()) return key.equals(candidate);
        var order = ByteString.unsignedLexicographicalComparator();
        return order.compare(key, candidate) <= 0 && (isOpen() || order.compare(candidate, end) < 0);
    }
}
