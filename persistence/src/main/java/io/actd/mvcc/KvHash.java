package io.actd.mvcc;

import io.actd.backend.Bucket;
import java.util.zip.CRC32C;

/**
 * The hash of HashKV over history rows given in ascending order (spec §17.1, FM-75).
 *
 * <p>The rules speak of <i>keep</i>: for every key its newest change at or below the hashed revision, unless that is a
 * tombstone. An empty keep means that nothing is skipped for not being in it.
 */
final class KvHash {
    private final CRC32C crc = new CRC32C();
    private final long compactRevision;
    private final boolean keepIsEmpty;

    KvHash(long compactRevision, boolean keepIsEmpty) {
        this.compactRevision = compactRevision;
        this.keepIsEmpty = keepIsEmpty;
        crc.update(Bucket.KEY.bucketName());
    }

    /** Next row; {@code kept} tells if it is in keep. */
    void add(byte[] key, byte[] value, boolean kept) {
        long main = RowKeys.main(key);
        if (main <= compactRevision && !keepIsEmpty && !kept) return;
        if (main == compactRevision && RowKeys.isTombstone(key)) return;
        crc.update(key);
        crc.update(value);
    }

    int value() {
        return (int) crc.getValue();
    }
}
