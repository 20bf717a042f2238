package io.actd.simulation.cluster;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.actd.backend.Bucket;
import io.actd.backend.WriteBatch;
import io.actd.world.SimulatedDisk;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** The engine of simulated members keeps what was synced, and tells damage from a torn end. */
class FileBackendTest {
    private static final Path STORE = Path.of("/m1/member/snap/db");
    private static final int SEEDS = 300;

    private final SimulatedDisk disk = new SimulatedDisk();

    private static byte[] key(int number) {
        return ("key" + number).getBytes(StandardCharsets.UTF_8);
    }

    private static WriteBatch batch(int number, int valueBytes) {
        var value = new byte[valueBytes];
        Arrays.fill(value, (byte) number);
        var batch = new WriteBatch();
        batch.put(Bucket.KEY, key(number), value);
        return batch;
    }

    @Test
    void anyFlippedBit_isFound() throws IOException {
        try (var store = FileBackend.open(STORE, disk)) {
            for (int i = 1; i <= 3; i++) store.write(batch(i, 300 * i), true);
        }
        long bytes;
        try (var file = disk.openReadOnly(STORE.resolve("rows"))) {
            bytes = file.size();
        }
        for (long position = 0; position < bytes; position++) {
            for (int bit = 0; bit < Byte.SIZE; bit++) {
                disk.flipBit(STORE.resolve("rows"), position, bit);
                var refused = assertThrows(UncheckedIOException.class, () -> FileBackend.open(STORE, disk));
                assertTrue(String.valueOf(refused.getMessage()).startsWith("cannot open " + STORE + "/rows: damaged"));
                disk.flipBit(STORE.resolve("rows"), position, bit);
            }
        }
    }

    @Test
    void powerLoss_takesABatchThatWasNotSynced_orNothing() {
        int lost = 0;
        for (int seed = 0; seed < SEEDS; seed++) {
            var random = new SplittableRandom(seed);
            var itsDisk = new SimulatedDisk();
            try (var store = FileBackend.open(STORE, itsDisk)) {
                store.write(batch(1, random.nextInt(3000)), true);
                store.write(batch(2, random.nextInt(3000)), false);
                itsDisk.crash(random);
                assertThrows(UncheckedIOException.class, () -> store.write(batch(3, 1), true));
            } catch (UncheckedIOException closed) {
                assertNotNull(closed.getMessage());
            }
            try (var store = FileBackend.open(STORE, itsDisk)) {
                assertNotNull(store.get(Bucket.KEY, key(1)), "seed " + seed);
                assertNull(store.get(Bucket.KEY, key(3)), "seed " + seed);
                if (store.get(Bucket.KEY, key(2)) == null) lost++;
            }
        }
        assertTrue(lost > 0 && lost < SEEDS, lost + " of " + SEEDS);
    }

    @Test
    void batchOfAFailedSync_isDurableOnceItWasRead() {
        var store = FileBackend.open(STORE, disk);
        disk.onEveryOperation((operation, path) -> {
            if (operation == SimulatedDisk.Operation.SYNC) throw new IOException("Input/output error");
        });
        assertThrows(UncheckedIOException.class, () -> store.write(batch(1, 100), true));
        disk.onEveryOperation((operation, path) -> {});
        disk.closeAll();
        boolean read;
        try (var next = FileBackend.open(STORE, disk)) {
            read = next.get(Bucket.KEY, key(1)) != null;
        }
        disk.crash(new SplittableRandom(1));
        try (var next = FileBackend.open(STORE, disk)) {
            assertEquals(read, next.get(Bucket.KEY, key(1)) != null);
        }
    }
}
