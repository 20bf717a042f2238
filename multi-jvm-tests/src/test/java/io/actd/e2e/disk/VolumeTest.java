package io.actd.e2e.disk;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

class VolumeTest {
    private static final int SEEDS = 50;

    private final Volume volume = new Volume();
    private final Random random = new Random(1);

    private long file(String name) throws DiskError {
        return volume.create(Volume.ROOT, name, 0600).id();
    }

    private void write(long file, long position, String text) throws DiskError {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        volume.write(file, position, bytes, bytes.length);
    }

    private String text(long file) throws DiskError {
        ByteBuffer bytes = ByteBuffer.allocate(1 << 20);
        volume.read(file, 0, bytes.capacity(), bytes);
        return new String(bytes.array(), 0, bytes.position(), StandardCharsets.UTF_8);
    }

    private List<String> names() throws DiskError {
        return volume.list(Volume.ROOT).stream().map(Map.Entry::getKey).toList();
    }

    @Test
    void whatWasSynced_staysWithItsName() throws DiskError {
        long file = file("a");
        write(file, 0, "synced");
        volume.sync(file);
        write(file, 2, "NOT");
        assertEquals("syNOTd", text(file));

        assertEquals(1, volume.losePower(random).blocks());
        assertEquals(List.of("a"), names());
        assertEquals("synced", text(file));
    }

    @Test
    void blocksThatWereNotSynced_areTorn_andOneIsAlwaysLost() throws DiskError {
        var survivors = new TreeSet<Integer>();
        for (int seed = 0; seed < SEEDS; seed++) {
            long file = file("f" + seed);
            write(file, 0, "0".repeat(4 * Content.BLOCK_BYTES));
            volume.sync(file);
            write(file, 0, "1".repeat(4 * Content.BLOCK_BYTES));
            volume.losePower(random);
            survivors.add((int) (text(file).chars().filter(c -> c == '1').count() / Content.BLOCK_BYTES));
        }
        assertArrayEquals(new Integer[] {0, 1, 2, 3}, survivors.toArray());
    }

    @Test
    void names_areLostFromTheLastOneOn() throws DiskError {
        volume.sync(file("kept"));
        var seen = new TreeSet<String>();
        for (int seed = 0; seed < SEEDS; seed++) {
            volume.rename(Volume.ROOT, "kept", Volume.ROOT, "first", true);
            volume.rename(Volume.ROOT, "first", Volume.ROOT, "second", true);
            volume.losePower(random);
            assertEquals(1, names().size());
            seen.add(names().get(0));
            volume.rename(Volume.ROOT, names().get(0), Volume.ROOT, "kept", true);
            volume.sync(Volume.ROOT);
        }
        assertEquals(List.of("first", "kept", "second"), List.copyOf(seen));
    }

    @Test
    void fileReplacedByARename_comesBackWithItsContent() throws DiskError {
        for (boolean seen = false; !seen; ) {
            long old = file("a");
            write(old, 0, "old");
            volume.sync(old);
            long young = file("b");
            write(young, 0, "young");
            volume.sync(young);
            volume.rename(Volume.ROOT, "b", Volume.ROOT, "a", true);
            volume.losePower(random);
            seen = names().size() == 2;
            assertEquals(
                    seen ? "old" : "young", text(volume.lookup(Volume.ROOT, "a").id()));
            volume.removeFile(Volume.ROOT, "a");
        }
        assertEquals("young", text(volume.lookup(Volume.ROOT, "b").id()));
    }

    @Test
    void cutOff_isSafeWithALaterNameThatIs() throws DiskError {
        for (int seed = 0; seed < SEEDS; seed++) {
            long file = file("t" + seed);
            write(file, 0, "name and more");
            volume.sync(file);
            volume.resize(file, 4);
            volume.rename(Volume.ROOT, "t" + seed, Volume.ROOT, "u" + seed, true);
            volume.losePower(random);
            if (names().contains("u" + seed)) {
                assertEquals("name", text(file));
            }
        }
    }

    @Test
    void whenThePowerIsOff_nothingGetsSafe() throws DiskError {
        long file = file("a");
        volume.sync(file);
        write(file, 0, "late");
        volume.cutPower();
        assertEquals(
                DiskError.EIO,
                assertThrows(DiskError.class, () -> volume.sync(file)).errno());
        volume.losePower(random);
        assertEquals(-1, text(file).indexOf("late"));
    }

    @Test
    void diskWithErrors_takesAndSyncsNothing_untilItIsWell() throws DiskError {
        long file = file("a");
        volume.fail(true);
        assertThrows(DiskError.class, () -> write(file, 0, "a"));
        assertThrows(DiskError.class, () -> volume.sync(file));
        assertEquals(2, volume.fail(false));
        assertEquals("", text(file));
        write(file, 0, "a");
        volume.sync(file);
        volume.losePower(random);
        assertEquals("a", text(file));
    }
}
