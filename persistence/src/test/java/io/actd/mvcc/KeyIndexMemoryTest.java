package io.actd.mvcc;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;

/** A million keys must leave room in a heap of 1 GiB. */
final class KeyIndexMemoryTest {
    private static final int KEYS = 200_000;
    private static final long MOST_BYTES_PER_KEY = 200;

    @Test
    void keyPutOnce_costsLittle() {
        long before = usedAfterCollection();
        var index = new KeyIndex();
        for (int i = 0; i < KEYS; i++) {
            var key = ByteBuffer.allocate(8).putLong(Long.reverse(i)).array();
            index.put(key, i + 2, 0);
        }
        long perKey = (usedAfterCollection() - before) / KEYS;
        assertTrue(perKey < MOST_BYTES_PER_KEY, perKey + " bytes a key");
        assertTrue(index.anyLiveAt(2));
    }

    private static long usedAfterCollection() {
        for (int i = 0; i < 3; i++) System.gc();
        var runtime = Runtime.getRuntime();
        return runtime.totalMemory() - runtime.freeMemory();
    }
}
