package io.actd.backend;

import io.actd.world.Disk;
import io.actd.world.Disk.DiskFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * Looks through the logs of a LevelDB before that opens them. Where a record is wrong LevelDB leaves it out, as if a
 * crash had torn it, and goes on behind: a batch in the midst would be missing and nobody would know.
 *
 * <p>Each batch is synced before the next is written. So a crash can tear the last one only, which the member's own log
 * replays; if another batch begins behind something wrong, that is damage. Format: {@code doc/log_format.md} of LevelDB.
 */
final class LevelDbLogs {
    private static final String SUFFIX = ".log";
    private static final int BLOCK_BYTES = 32 << 10;
    private static final int HEAD_BYTES = 7;
    private static final int CRC_MASK = 0xa282ead8;
    private static final int FULL = 1;
    private static final int FIRST = 2;
    private static final int LAST = 4;

    private final Path path;
    private final ByteBuffer block = ByteBuffer.allocate(BLOCK_BYTES).order(ByteOrder.LITTLE_ENDIAN);
    private final CRC32C crc = new CRC32C();
    private @Nullable Long wrongAt;

    private LevelDbLogs(Path path) {
        this.path = path;
    }

    /** @throws IOException if a log is damaged, with file and offset, or can not be read */
    static void check(Disk disk, Path directory) throws IOException {
        for (var name : disk.list(directory)) {
            if (!name.endsWith(SUFFIX)) continue;
            var path = directory.resolve(name);
            try (var file = disk.openReadOnly(path)) {
                new LevelDbLogs(path).check(file);
            }
        }
    }

    private void check(DiskFile file) throws IOException {
        long size = file.size();
        for (long start = 0; start < size; start += BLOCK_BYTES) {
            block.clear().limit((int) Math.min(BLOCK_BYTES, size - start));
            while (block.hasRemaining() && file.read(block, start + block.position()) > 0) {}
            checkBlock(start, block.flip().limit());
        }
    }

    private void checkBlock(long start, int length) throws IOException {
        int at = 0;
        while (at + HEAD_BYTES <= length) {
            boolean good = isGood(at, length);
            if (wrongAt == null && !good) wrongAt = start + at;
            if (wrongAt != null && good && begins(at)) {
                throw new IOException(path + " is damaged at byte " + wrongAt + ": a batch begins behind it at byte "
                        + (start + at) + ", so no crash has torn it");
            }
            // Behind a wrong one nobody knows where the next begins.
            at += good ? HEAD_BYTES + payloadBytes(at) : 1;
        }
    }

    private boolean isGood(int at, int length) {
        int type = block.get(at + 6);
        if (type < FULL || type > LAST || payloadBytes(at) > length - at - HEAD_BYTES) return false;
        crc.reset();
        crc.update(block.array(), at + 6, 1 + payloadBytes(at));
        int value = (int) crc.getValue();
        return block.getInt(at) == (value >>> 15 | value << 17) + CRC_MASK;
    }

    private boolean begins(int at) {
        int type = block.get(at + 6);
        return type == FULL || type == FIRST;
    }

    private int payloadBytes(int at) {
        return Short.toUnsignedInt(block.getShort(at + 4));
    }
}
