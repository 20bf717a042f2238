package io.actd.wal;

import java.io.IOException;

/**
 * What a crash can do to the end of a log, and what it cannot (spec FM-33).
 *
 * <p>Storage writes whole sectors: of a write that was not synced each is there or is what it was before, and before,
 * everything behind the last record was zero. The length word of a record, and with it everything in its sector, is
 * therefore right or zero. So a torn record is one that misses a whole sector behind that, and the fault it shows lies
 * there. A fault elsewhere is not from a crash and must not be cut away.
 *
 * <p>This is narrower than etcd, which also takes a record for torn if the part of a sector that belongs to it is zero:
 * of a record that ends in three zero bytes that is always true.
 */
final class TornTail {
    private static final int SECTOR_BYTES = 512;

    private TornTail() {}

    /** True if a sector that starts in this range is missing. */
    static boolean sectorLost(FileWindow file, long from, long to) throws IOException {
        for (long sector = sectorOf(from + SECTOR_BYTES - 1); sector < to; sector += SECTOR_BYTES) {
            if (file.isZero(sector, sector + SECTOR_BYTES)) return true;
        }
        return false;
    }

    static long sectorOf(long offset) {
        return offset / SECTOR_BYTES * SECTOR_BYTES;
    }

    static long nextSector(long offset) {
        return sectorOf(offset) + SECTOR_BYTES;
    }
}
