package io.actd.wal;

import java.util.OptionalInt;
import java.util.zip.CRC32C;

/**
 * CRC-32C that can go on from any earlier value (spec FM-2), at the speed of the JDK's intrinsic.
 *
 * <p>The JDK's own cannot be given a start value. But feeding four bytes is a bijection on its 32-bit state, so for
 * every value there are four bytes that lead to it from the start: feeding these first <em>is</em> the start value.
 */
final class Crc32c {
    private static final int POLYNOMIAL = 0x82F63B78;
    private static final int START = 0xFFFFFFFF;

    private final CRC32C crc = new CRC32C();

    /** Continues from a finished value: 0 is that of no bytes at all. */
    void startFrom(int value) {
        crc.reset();
        if (value == 0) return;
        int seed = unshift(~value, 32) ^ START;
        for (int i = 0; i < 32; i += 8) crc.update(seed >>> i);
    }

    void update(byte[] bytes, int from, int length) {
        crc.update(bytes, from, length);
    }

    int value() {
        return (int) crc.getValue();
    }

    /**
     * Where the one bit is that would have to be turned over to make the stored value right: in which of the last
     * {@code length} bytes, or {@code length} for the stored value itself; empty if it takes more than one bit.
     *
     * <p>A flipped bit changes the value by something that depends only on its distance from the end. So take the
     * difference back towards the front until it is a single bit of the byte at hand. That another kind of damage looks
     * like this has a probability of 8 length / 2³².
     */
    static OptionalInt flippedByte(int stored, int computed, int length) {
        int difference = stored ^ computed;
        if (Integer.bitCount(difference) == 1) return OptionalInt.of(length);
        for (int i = length - 1; i >= 0; i--) {
            difference = unshift(difference, 8);
            if ((difference & ~0xFF) == 0 && Integer.bitCount(difference) == 1) return OptionalInt.of(i);
        }
        return OptionalInt.empty();
    }

    /** Takes the register back over zero bits. */
    private static int unshift(int register, int bits) {
        int s = register;
        for (int i = 0; i < bits; i++) s = s < 0 ? ((s ^ POLYNOMIAL) << 1) | 1 : s << 1;
        return s;
    }
}
