package io.actd.wal;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.charset.StandardCharsets;
import java.util.OptionalInt;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class Crc32cTest {
    @Test
    void checkValue_isThatOfTheCatalogue() { // spec FM-2
        assertEquals(0xe3069283, crc(0, "123456789".getBytes(StandardCharsets.US_ASCII)));
    }

    @Test
    void startFrom_anyValue_continuesAsATableLoopDoes() { // spec FM-2
        var random = new SplittableRandom(42);
        for (int i = 0; i < 1000; i++) {
            int start = i == 0 ? 0 : i == 1 ? -1 : random.nextInt();
            var bytes = new byte[random.nextInt(100)];
            random.nextBytes(bytes);
            assertEquals(byTable(start, bytes), crc(start, bytes));
        }
    }

    @Test
    void startFrom_withoutBytes_isTheValue() {
        for (int value : new int[] {0, 1, -1, 0x12345678, 0x80000000}) assertEquals(value, crc(value, new byte[0]));
    }

    @Test
    void flippedByte_findsEveryFlippedBitAndNotTwo() {
        var bytes = new byte[40];
        new SplittableRandom(7).nextBytes(bytes);
        int stored = crc(99, bytes);
        for (int bit = 0; bit < 32; bit++) {
            assertEquals(OptionalInt.of(40), Crc32c.flippedByte(stored ^ 1 << bit, stored, 40));
        }
        for (int bit = 0; bit < bytes.length * 8; bit++) {
            bytes[bit / 8] ^= (byte) (1 << bit % 8);
            assertEquals(OptionalInt.of(bit / 8), Crc32c.flippedByte(stored, crc(99, bytes), 40));
            int other = (bit / 8 + 11) % bytes.length;
            bytes[other] ^= 0x10;
            assertEquals(OptionalInt.empty(), Crc32c.flippedByte(stored, crc(99, bytes), 40));
            bytes[other] ^= 0x10;
            bytes[bit / 8] ^= (byte) (1 << bit % 8);
        }
    }

    private static int crc(int start, byte[] bytes) {
        var crc = new Crc32c();
        crc.startFrom(start);
        crc.update(bytes, 0, bytes.length);
        return crc.value();
    }

    private static int byTable(int start, byte[] bytes) {
        int s = ~start;
        for (byte b : bytes) {
            int t = (s ^ b) & 0xFF;
            for (int i = 0; i < 8; i++) t = (t & 1) != 0 ? t >>> 1 ^ 0x82F63B78 : t >>> 1;
            s = t ^ s >>> 8;
        }
        return ~s;
    }
}
