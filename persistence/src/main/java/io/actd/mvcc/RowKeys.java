package io.actd.mvcc;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * Keys of the rows of bucket {@code key}: {@code main '_' sub}, numbers as 8 bytes big endian, and a trailing {@code t}
 * for a deletion (spec FM-65).
 */
final class RowKeys {
    private static final VarHandle LONG = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);
    private static final int SUB_AT = 9;
    private static final int PUT_LENGTH = 17;

    private RowKeys() {}

    static byte[] put(long main, int sub) {
        return fill(new byte[PUT_LENGTH], main, sub);
    }

    static byte[] tombstone(long main, int sub) {
        var key = fill(new byte[PUT_LENGTH + 1], main, sub);
        key[PUT_LENGTH] = 't';
        return key;
    }

    /** Sorts before every row of {@code main} and behind every row before it. */
    static byte[] start(long main) {
        return put(main, 0);
    }

    private static byte[] fill(byte[] key, long main, int sub) {
        LONG.set(key, 0, main);
        key[SUB_AT - 1] = '_';
        LONG.set(key, SUB_AT, (long) sub);
        return key;
    }

    static long main(byte[] key) {
        return (long) LONG.get(key, 0);
    }

    static int sub(byte[] key) {
        return Math.toIntExact((long) LONG.get(key, SUB_AT));
    }

    static boolean isTombstone(byte[] key) {
        return key.length > PUT_LENGTH && key[PUT_LENGTH] == 't';
    }
}
