package io.actd.world;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * What one simulated file holds, once as programs see it and once as it would be found after a power loss.
 *
 * <p>Both are arrays of pages, shared while equal and copied on the first write after a sync; a missing page is zeros.
 * What happened since the last sync is kept in order, so that a crash can give each sector any of the contents it had
 * since then: that is how a page cache tears.
 */
final class SimulatedContent {
    private static final int PAGE_BYTES = 4096;
    private static final int SECTOR_BYTES = 512;

    private sealed interface Change {
        @SuppressWarnings("ArrayRecordComponent") // never compared
        record Write(long position, byte[] bytes) implements Change {}

        record Resize(long size) implements Change {}
    }

    private byte[] @Nullable [] pages = new byte[0][];
    private byte[] @Nullable [] durablePages = new byte[0][];
    private long size;
    private long durableSize;
    private final List<Change> unsynced = new ArrayList<>();
    private final BitSet dirty = new BitSet();

    long size() {
        return size;
    }

    int read(ByteBuffer into, long position) {
        if (position >= size) return into.hasRemaining() ? -1 : 0;
        int wanted = (int) Math.min(into.remaining(), size - position);
        int done = 0;
        while (done < wanted) {
            int page = page(position + done);
            int within = (int) ((position + done) % PAGE_BYTES);
            int length = Math.min(PAGE_BYTES - within, wanted - done);
            var bytes = page < pages.length ? pages[page] : null;
            if (bytes != null) into.put(bytes, within, length);
            else into.put(new byte[length]);
            done += length;
        }
        return wanted;
    }

    byte byteAt(long position) {
        int page = page(position);
        var bytes = page < pages.length ? pages[page] : null;
        return bytes == null ? 0 : bytes[(int) (position % PAGE_BYTES)];
    }

    void write(long position, byte[] bytes) {
        unsynced.add(new Change.Write(position, bytes));
        put(position, bytes, 0, bytes.length);
        size = Math.max(size, position + bytes.length);
    }

    void resize(long newSize) {
        unsynced.add(new Change.Resize(newSize));
        zeroFrom(newSize);
        size = newSize;
    }

    void sync() {
        durablePages = grown(durablePages, pages.length);
        for (int p = dirty.nextSetBit(0); p >= 0; p = dirty.nextSetBit(p + 1)) durablePages[p] = pages[p];
        durableSize = size;
        unsynced.clear();
        dirty.clear();
    }

    /** The sync failed: the cache now calls the pages clean, so no later sync will write them either. */
    void forgetUnsynced() {
        unsynced.clear();
        dirty.clear();
    }

    void flipBit(long position, int bit) {
        int page = page(position);
        var bytes = writable(page);
        bytes[(int) (position % PAGE_BYTES)] ^= (byte) (1 << bit);
        durablePages = grown(durablePages, pages.length);
        durablePages[page] = bytes.clone();
    }

    /** Keeps what was synced and, of the rest, nothing, everything or a random part. */
    void crash(RandomGenerator random) {
        int fate = random.nextInt(4);
        var changes = List.copyOf(unsynced);
        if (fate == 0) sync();
        pages = durablePages.clone();
        size = durableSize;
        unsynced.clear();
        dirty.clear();
        if (fate > 1) replayTorn(changes, random);
        sync();
    }

    /** Each sector, and the size, stops somewhere in the sequence of changes; the page cache promises no more. */
    private void replayTorn(List<Change> changes, RandomGenerator random) {
        int sizeStops = random.nextInt(changes.size() + 1);
        Map<Long, Integer> stops = new HashMap<>();
        for (int i = 0; i < changes.size(); i++) {
            int now = i;
            switch (changes.get(i)) {
                case Change.Write(long position, byte[] bytes) -> {
                    for (long at = position; at < position + bytes.length; at = nextSector(at)) {
                        int length = (int) (Math.min(nextSector(at), position + bytes.length) - at);
                        if (now < stops.computeIfAbsent(at / SECTOR_BYTES, s -> stop(changes.size(), random)))
                            put(at, bytes, (int) (at - position), length);
                    }
                    if (now < sizeStops) size = Math.max(size, position + bytes.length);
                }
                case Change.Resize(long newSize) -> {
                    if (now < sizeStops) size = newSize;
                    zeroFrom(size);
                }
            }
        }
        zeroFrom(size);
    }

    private static int stop(int changes, RandomGenerator random) {
        return switch (random.nextInt(4)) {
            case 0 -> 0;
            case 1 -> random.nextInt(changes + 1);
            default -> changes;
        };
    }

    private void put(long position, byte[] bytes, int from, int length) {
        int done = 0;
        while (done < length) {
            int within = (int) ((position + done) % PAGE_BYTES);
            int part = Math.min(PAGE_BYTES - within, length - done);
            System.arraycopy(bytes, from + done, writable(page(position + done)), within, part);
            done += part;
        }
    }

    private void zeroFrom(long newSize) {
        int first = page(newSize);
        if (first >= pages.length) return;
        if (pages[first] != null) Arrays.fill(writable(first), (int) (newSize % PAGE_BYTES), PAGE_BYTES, (byte) 0);
        for (int p = first + 1; p < pages.length; p++) {
            if (pages[p] == null) continue;
            pages[p] = null;
            dirty.set(p);
        }
    }

    private byte[] writable(int page) {
        if (page >= pages.length) pages = grown(pages, Math.max(page + 1, pages.length * 2));
        dirty.set(page);
        var bytes = pages[page];
        if (bytes == null) bytes = new byte[PAGE_BYTES];
        else if (page < durablePages.length && bytes == durablePages[page]) bytes = bytes.clone();
        pages[page] = bytes;
        return bytes;
    }

    private static byte[] @Nullable [] grown(byte[] @Nullable [] pages, int length) {
        return length <= pages.length ? pages : Arrays.copyOf(pages, length);
    }

    private static int page(long position) {
        return Math.toIntExact(position / PAGE_BYTES);
    }

    private static long nextSector(long position) {
        return (position / SECTOR_BYTES + 1) * SECTOR_BYTES;
    }
}
