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

/** Faults of one disk that overlap: each ends for itself. */
class HardDiskTest {
    private final SplittableRandom random = new SplittableRandom(1);
    private final RunQueue queue = new RunQueue(random.split(), new Trace(null));
    private final HardDisk disk = new HardDisk("m1", queue, random.split(), (operation, path) -> {});

    private Disk.DiskFile open() throws IOException {
        return disk.of(new VirtualProcess("m1", queue, 1)).open(Path.of("/file"));
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
