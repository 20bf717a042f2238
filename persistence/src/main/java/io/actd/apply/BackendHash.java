package io.actd.apply;

import io.actd.backend.Bucket;
import io.actd.backend.BufferedBackend;
import java.util.Arrays;
import java.util.zip.CRC32C;

/** The hash over all buckets (spec FM-74, FM-77); rows that differ between equal members are left out. */
final class BackendHash {
    private BackendHash() {}

    static int of(BufferedBackend backend) {
        var crc = new CRC32C();
        for (Bucket bucket : Bucket.values()) {
            crc.update(bucket.bucketName(), 0, bucket.bucketName().length);
            Rows.each(backend, bucket, (key, value) -> {
                if (bucket == Bucket.META && isLocal(key)) return;
                crc.update(key, 0, key.length);
                crc.update(value, 0, value.length);
            });
        }
        return (int) crc.getValue();
    }

    private static boolean isLocal(byte[] key) {
        return Arrays.equals(key, AppliedMark.CONSISTENT_INDEX)
                || Arrays.equals(key, AppliedMark.TERM)
                || Arrays.equals(key, ClusterTable.STORAGE_VERSION);
    }
}
