package io.actd.simulation.cluster;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.actd.simulation.thread.RunQueue;
import io.actd.simulation.thread.Trace;
import io.actd.simulation.thread.VirtualProcess;
import io.actd.world.Disk;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** Faults of one disk that overlap, each of which ends for itself, and what a power loss takes. */
class HardDiskTest {
    private static final int TRIES = 40;
    private static final long HOUR = 3_600_000_000_000L;

    private final SplittableRandom random = new SplittableRandom(1);
    private final RunQueue queue = new RunQueue(random.split(), new Trace(null));
    private final HardDisk disk = new HardDisk("m1", queue, random.split(), (operation, path) -> {});

    private final VirtualProcess process = new VirtualProcess("m1", queue, 1);

    private Disk.DiskFile open() throws IOException {
        return disk.of(process).open(Path.of("/file"));
    }

    private void write(int position) throws IOException {
        open().write(new ByteBuffer[] {ByteBuffer.allocate(10)}, position);
    }

    @Test
    void fewestBytesLeft_count_untilThatIsOver() throws IOException {
        write(0);
        var fifteen = disk.fill(15);
        var five = disk.fill(5);
        assertThrows(IOException.class, () -> write(10));
        five.run();
        write(10);
        assertThrows(IOException.class, () -> write(20));
        fifteen.run();
        write(20);
        assertEquals(2, disk.refusedForSpace());
    }

    @Test
    void newDisk_hasSpace_andTheEndOfWhatFilledTheOld_changesNothing() throws IOException {
        var none = disk.fill(0);
        assertThrows(IOException.class, () -> write(0));
        disk.replace();
        write(0);
        var ten = disk.fill(10);
        none.run();
        write(10);
        assertThrows(IOException.class, () -> write(20));
        ten.run();
        write(20);
    }

    @Test
    void errors_addUp() {
        var rare = disk.fail(1);
        var always = disk.fail(999);
        assertThrows(IOException.class, this::open);
        always.run();
        rare.run();
        for (int i = 0; i < 100; i++) assertDoesNotThrow(this::open);
    }

    /** Whoever ends later than a moment after it has no excuse. */
    @Test
    void failure_isRememberedWithItsTime_alsoForWantOfSpace() {
        pass(HOUR);
        var full = disk.fill(0);
        assertThrows(IOException.class, () -> write(0));
        assertEquals(HOUR, disk.lastFailureNanos());
        full.run();
        pass(HOUR);
        disk.fail(1000);
        assertThrows(IOException.class, this::open);
        assertEquals(2 * HOUR, disk.lastFailureNanos());
    }

    @Test
    void powerLoss_counts_ifItTookSomething() {
        assertEquals(0, powerLossesThatTook(() -> {}, HOUR));
        int took = powerLossesThatTook(() -> write(0), HOUR);
        assertTrue(took > 0 && took < TRIES, "took something: " + took);
        assertEquals(took, disk.losses());
    }

    @Test
    void syncUnderWay_hasSavedNothingYet() {
        Act writeAndSync = () -> {
            write(0);
            open().sync();
        };
        assertTrue(powerLossesThatTook(writeAndSync, 1) > 0);
        assertEquals(0, powerLossesThatTook(writeAndSync, HOUR));
    }

    @FunctionalInterface
    private interface Act {
        void run() throws IOException;
    }

    /** That long after it was done with an empty file. */
    private int powerLossesThatTook(Act act, long nanosLater) {
        int took = 0;
        for (int i = 0; i < TRIES; i++) {
            disk.replace();
            step(() -> {
                open();
                disk.of(process).syncDirectory(Path.of("/"));
            });
            pass(HOUR);
            step(act);
            pass(nanosLater);
            if (disk.losePower()) took++;
        }
        return took;
    }

    private void step(Act act) {
        process.soon("act", () -> assertDoesNotThrow(act::run));
        assertTrue(queue.step(queue.now()));
    }

    private void pass(long nanos) {
        assertFalse(queue.step(queue.now() + nanos));
    }

    @Test
    void slowness_addsUp() throws IOException {
        assertFalse(isSlow());
        var second = disk.slowBy(1_000_000_000L);
        var hour = disk.slowBy(3_600_000_000_000L);
        hour.run();
        assertTrue(isSlow());
        second.run();
        assertFalse(isSlow());
        assertEquals(1, disk.slowSyncs());
    }

    private boolean isSlow() throws IOException {
        long before = queue.now();
        open().sync();
        return queue.now() - before > 100_000_000L;
    }
}
