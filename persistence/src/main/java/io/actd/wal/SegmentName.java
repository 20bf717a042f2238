package io.actd.wal;

import java.util.HexFormat;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Name of a segment (spec FM-6): order by sequence is order by name.
 *
 * @param sequence counts the segments of a log from 0
 * @param firstIndex index of the first entry the segment may hold; 0 in the first segment of a new log
 */
record SegmentName(long sequence, long firstIndex) {
    static final SegmentName FIRST = new SegmentName(0, 0);
    static final String SUFFIX = ".wal";

    private static final Pattern PATTERN = Pattern.compile("([0-9a-f]{16})-([0-9a-f]{16})\\.wal");

    static Optional<SegmentName> parse(String name) {
        var m = PATTERN.matcher(name);
        if (!m.matches()) return Optional.empty();
        return Optional.of(
                new SegmentName(HexFormat.fromHexDigitsToLong(m.group(1)), HexFormat.fromHexDigitsToLong(m.group(2))));
    }

    @Override
    public String toString() {
        var hex = HexFormat.of();
        return hex.toHexDigits(sequence) + "-" + hex.toHexDigits(firstIndex) + SUFFIX;
    }
}
