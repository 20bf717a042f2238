package io.actd.world;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.actd.world.SimulatedDisk.Operation;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What the simulated disk forgets, and what it must not. */
class SimulatedDiskTest {
    private static final Path DIRECTORY = Path.of("/d");
    private static final Path FILE = DIRECTORY.resolve("file");

    private SimulatedDisk disk = new SimulatedDisk();

    @BeforeEach
    void emptyDisk() throws IOException {
        disk = new SimulatedDisk();
        disk.createDirectories(DIRECTORY);
    }

    @Test
    void crash_keepsWhatWasSyncedAndSectorsOfTheRest() throws IOException {
        var outcomes = new HashSet<Integer>();
        for (int seed = 0; seed < 200; seed++) {
            emptyDisk();
            var file = disk.open(FILE);
            disk.syncDirectory(DIRECTORY);
            write(file, 0, filled(10_000, 1));
            file.sync();
            write(file, 1000, filled(5000, 2));
            disk.crash(new SplittableRandom(seed));

            assertThrows(IOException.class, file::size);
            var content = content();
            assertArrayEquals(filled(1000, 1), Arrays.copyOf(content, 1000));
            assertArrayEquals(filled(4000, 1), Arrays.copyOfRange(content, 6000, 10_000));
            int kept = 0;
            for (int sector = 1024; sector < 5632; sector += 512) {
                var piece = Arrays.copyOfRange(content, sector, sector + 512);
                assertArrayEquals(filled(512, piece[0]), piece, "whole sectors only");
                if (piece[0] == 2) kept++;
            }
            outcomes.add(kept);
        }
        assertTrue(outcomes.contains(0) && outcomes.contains(9) && outcomes.size() > 4, "outcomes " + outcomes);
    }

    @Test
    void names_surviveOnlyOnceTheDirectoryIsSynced() throws IOException {
        int lost = 0;
        for (int seed = 0; seed < 50; seed++) {
            emptyDisk();
            try (var file = disk.open(FILE)) {
                write(file, 0, filled(10, 1));
                file.sync();
            }
            if (seed % 2 == 0) disk.syncDirectory(DIRECTORY);
            disk.rename(FILE, DIRECTORY.resolve("renamed"));
            disk.crash(new SplittableRandom(seed));
            var names = disk.list(DIRECTORY);
            assertTrue(names.size() <= 1, "a rename is one step");
            if (seed % 2 == 0) assertEquals(1, names.size());
            if (names.isEmpty()) lost++;
        }
        assertTrue(lost > 3, "lost " + lost);
    }

    @Test
    void endOfTheProcess_losesNothingButOpenFilesAndLocks() throws IOException {
        var file = disk.open(FILE);
        assertTrue(file.tryLock());
        write(file, 0, filled(10_000, 1));
        disk.closeAll();

        assertThrows(IOException.class, file::size);
        assertArrayEquals(filled(10_000, 1), content());
        try (var again = disk.open(FILE)) {
            assertTrue(again.tryLock());
        }
    }

    /** Time of a program whose step runs ahead of it by ten at each sync. */
    private static final class Steps implements SimulatedDisk.Time {
        long step;
        long ahead;

        @Override
        public long nanos() {
            return step + ahead;
        }

        @Override
        public long stepNanos() {
            return step;
        }

        @Override
        public void waitForSync() {
            ahead += 10;
        }

        void next(long nanos) {
            step = nanos;
            ahead = 0;
        }
    }

    /** In one step: writes and syncs a file (until 10), writes it again, renames it and syncs the directory (until 20). */
    private void writeAndRename(Steps steps) throws IOException {
        disk = new SimulatedDisk(steps);
        disk.createDirectories(DIRECTORY);
        disk.open(DIRECTORY.resolve("aside"));
        disk.syncDirectory(DIRECTORY);
        steps.next(100);
        var file = disk.open(DIRECTORY.resolve("aside"));
        write(file, 0, filled(100, 1));
        file.sync();
        write(file, 100, filled(100, 2));
        disk.rename(DIRECTORY.resolve("aside"), FILE);
        disk.syncDirectory(DIRECTORY);
    }

    @Test
    void powerLostWhileASyncIsUnderWay_losesSomeOfIt_andAllThatComesAfterIt() throws IOException {
        var losses = new HashSet<Integer>();
        for (int seed = 0; seed < 50; seed++) {
            var steps = new Steps();
            writeAndRename(steps);
            steps.next(109);
            int lost = disk.crash(new SplittableRandom(seed));
            assertEquals(List.of("aside"), disk.list(DIRECTORY));
            assertEquals(Arrays.equals(filled(100, 1), content(DIRECTORY.resolve("aside"))) ? 0 : 1, lost);
            losses.add(lost);
        }
        assertEquals(Set.of(0, 1), losses);
    }

    @Test
    void powerLostWhenASyncIsOver_losesOnlyWhatComesAfterIt() throws IOException {
        var names = new HashSet<String>();
        for (int seed = 0; seed < 50; seed++) {
            var steps = new Steps();
            writeAndRename(steps);
            steps.next(119);
            disk.crash(new SplittableRandom(seed));
            var name = disk.list(DIRECTORY).getFirst();
            assertArrayEquals(filled(100, 1), Arrays.copyOf(content(DIRECTORY.resolve(name)), 100));
            names.add(name);
        }
        assertEquals(Set.of("aside", "file"), names);
    }

    @Test
    void powerLostWhenAllSyncsAreOver_takesNothingSynced() throws IOException {
        for (int seed = 0; seed < 50; seed++) {
            var steps = new Steps();
            writeAndRename(steps);
            steps.next(120);
            disk.crash(new SplittableRandom(seed));
            assertEquals(List.of("file"), disk.list(DIRECTORY));
        }
    }

    @Test
    void processThatEndsInASync_hasDoneNothingAfterIt_andLostNothingBefore() throws IOException {
        var steps = new Steps();
        writeAndRename(steps);
        steps.next(105);
        disk.closeAll();
        assertEquals(List.of("aside"), disk.list(DIRECTORY));
        assertArrayEquals(filled(100, 1), content(DIRECTORY.resolve("aside")));
    }

    @Test
    void syncThatWasUnderWayWhenTheProcessEnded_promisesNothing() throws IOException {
        int lost = 0;
        for (int seed = 0; seed < 50; seed++) {
            var steps = new Steps();
            writeAndRename(steps);
            steps.next(105);
            disk.closeAll();
            steps.next(1000);
            lost += disk.crash(new SplittableRandom(seed));
        }
        assertTrue(lost > 10 && lost < 50, "lost " + lost);
    }

    @Test
    void nothingUnsynced_nothingIsLost() throws IOException {
        try (var file = disk.open(FILE)) {
            write(file, 0, filled(5000, 1));
            file.sync();
        }
        disk.syncDirectory(DIRECTORY);
        for (int seed = 0; seed < 20; seed++) assertEquals(0, disk.crash(new SplittableRandom(seed)));
    }

    @Test
    void sameSeed_sameOutcome() throws IOException {
        for (int seed = 0; seed < 20; seed++) assertArrayEquals(outcome(seed), outcome(seed));
    }

    private byte[] outcome(int seed) throws IOException {
        emptyDisk();
        var file = disk.open(FILE);
        disk.syncDirectory(DIRECTORY);
        for (int i = 0; i < 20; i++) write(file, i * 700L, filled(900, i));
        file.truncate(9000);
        disk.crash(new SplittableRandom(seed));
        return content();
    }

    @Test
    void failedSync_losesWhatALaterSyncCannotBringBack() throws IOException {
        var file = disk.open(FILE);
        disk.syncDirectory(DIRECTORY);
        write(file, 0, filled(100, 1));
        file.sync();
        write(file, 0, filled(100, 2));
        disk.onEveryOperation((operation, path) -> {
            if (operation == Operation.SYNC) throw new IOException("Input/output error");
        });
        assertThrows(IOException.class, file::sync);
        disk.onEveryOperation((operation, path) -> {});
        file.sync();
        disk.crash(new SplittableRandom(3));
        assertArrayEquals(filled(100, 1), content());
    }

    @Test
    void fullDisk_refusesToGrow() throws IOException {
        try (var file = disk.open(FILE)) {
            disk.limitTo(1000);
            assertEquals(0, disk.refusedForSpace());
            write(file, 0, filled(1000, 1));
            write(file, 0, filled(1000, 2));
            assertThrows(IOException.class, () -> write(file, 1000, filled(1, 3)));
            assertThrows(IOException.class, () -> file.preallocate(2000));
            assertEquals(2, disk.refusedForSpace());
        }
    }

    @Test
    void flippedBit_isDurable() throws IOException {
        try (var file = disk.open(FILE)) {
            write(file, 0, filled(5000, 0));
            file.sync();
        }
        disk.syncDirectory(DIRECTORY);
        disk.flipBit(FILE, 4500, 3);
        disk.crash(new SplittableRandom(1));
        assertEquals(8, content()[4500]);
        assertFalse(disk.exists(DIRECTORY.resolve("other")));
    }

    @Test
    void someBit_isMostlyOfBytesThatAreNotZero() throws IOException {
        assertNull(disk.someBit(new SplittableRandom(1)));
        try (var file = disk.open(FILE)) {
            write(file, 0, filled(5000, 0));
            write(file, 1000, filled(1000, 7));
        }
        assertEquals(5000, disk.usedBytes());
        int ofZeros = 0;
        for (int seed = 0; seed < 200; seed++) {
            var bit = disk.someBit(new SplittableRandom(seed));
            assertNotNull(bit);
            int before = disk.byteOf(bit).orElseThrow();
            if (before == 0) ofZeros++;
            disk.flipBit(bit.file(), bit.position(), bit.bit());
            assertEquals((byte) (before ^ 1 << bit.bit()), disk.byteOf(bit).orElseThrow());
            disk.flipBit(bit.file(), bit.position(), bit.bit());
        }
        assertTrue(ofZeros > 0 && ofZeros < 100, ofZeros + " of zeros");
        disk.delete(FILE);
        assertTrue(disk.byteOf(new SimulatedDisk.Bit(FILE, 0, 0)).isEmpty());
    }

    private static void write(Disk.DiskFile file, long at, byte[] bytes) throws IOException {
        file.write(new ByteBuffer[] {ByteBuffer.wrap(bytes)}, at);
    }

    private byte[] content() throws IOException {
        return content(FILE);
    }

    private byte[] content(Path path) throws IOException {
        try (var file = disk.openReadOnly(path)) {
            var bytes = ByteBuffer.allocate((int) file.size());
            file.read(bytes, 0);
            return bytes.array();
        }
    }

    private static byte[] filled(int length, int value) {
        var bytes = new byte[length];
        Arrays.fill(bytes, (byte) value);
        return bytes;
    }
}
