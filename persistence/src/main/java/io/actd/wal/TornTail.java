package io.actd.wal;

/**
 * What a crash can do to the end of a log, and what it cannot (spec FM-33).
 *
 * <p>Storage writes whole sectors: of a write that was not synced each is there or is what it was before, and before,
 * everything behind the last record was zero. So a torn record misses at least one whole sector's piece of itself, and
 * the fault it shows lies in such a piece. A fault elsewhere is not from a crash and must not be cut away.
 */
final class TornTail {
    static final int SECTOR_BYTES = 512;

    private TornTail() {}

    /**
     * True if a piece of {@code length} bytes is all zero and starts within the first {@code seen} bytes.
     *
     * @param at where in {@code bytes} they start
     * @param fileOffset where in the file they start; pieces are cut at its multiples of 512
     */
    static boolean pieceLost(byte[] bytes, int at, int length, long fileOffset, int seen) {
        int from = 0;
        while (from < length && from < seen) {
            int to = (int) Math.min(nextSector(fileOffset + from) - fileOffset, length);
            if (isZero(bytes, at + from, at + to)) return true;
            from = to;
        }
        return false;
    }

    static long nextSector(long fileOffset) {
        return (fileOffset / SECTOR_BYTES + 1) * SECTOR_BYTES;
    }

    private static boolean isZero(byte[] bytes, int from, int to) {
        for (int i = from; i < to; i++) if (bytes[i] != 0) return false;
        return true;
    }
}
