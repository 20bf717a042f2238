package io.actd.world;

import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * A file of a simulated disk, once as programs see it and once as it would be found after a power loss.
 *
 * <p>What happened since the last sync is kept in order, so that a crash can give each sector any of the contents it had
 * since then: that is how a page cache tears.
 */
final class SimulatedFile implements SimulatedNode {
    private static final int SECTOR_BYTES = 512;

    private sealed interface Change {
        void applyTo(SimulatedPages pages);

        @SuppressWarnings("ArrayRecordComponent") // never compared
        record Write(long position, byte[] bytes) implements Change {
            @Override
            public void applyTo(SimulatedPages pages) {
                pages.put(position, bytes, 0, bytes.length);
                pages.growTo(position + bytes.length);
            }
        }

        record Resize(long size) implements Change {
            @Override
            public void applyTo(SimulatedPages pages) {
                pages.resize(size);
            }
        }
    }

    private final Unsynced<Change> unsynced;
    private final SimulatedPages durable = new SimulatedPages();
    private SimulatedPages seen = new SimulatedPages();
    private @Nullable Object lockHolder;

    SimulatedFile(SimulatedDisk.Time time) {
        this.unsynced = new Unsynced<>(time);
    }

    long size() {
        return seen.size();
    }

    int read(ByteBuffer into, long position) {
        return seen.read(into, position);
    }

    byte byteAt(long position) {
        return seen.byteAt(position);
    }

    void write(long position, byte[] bytes) {
        change(new Change.Write(position, bytes));
    }

    void resize(long newSize) {
        change(new Change.Resize(newSize));
    }

    private void change(Change change) {
        unsynced.add(change);
        change.applyTo(seen);
    }

    void sync() {
        unsynced.sync();
        unsynced.settled().forEach(change -> change.applyTo(durable));
    }

    /** The sync failed: the cache now calls the pages clean, so no later sync will write them either. */
    void forgetUnsynced() {
        unsynced.forget();
    }

    void flipBit(long position, int bit) {
        byte[] turned = {(byte) (seen.byteAt(position) ^ 1 << bit)};
        seen.put(position, turned, 0, 1);
        if (position < durable.size()) durable.put(position, turned, 0, 1);
    }

    boolean lock(Object holder) {
        if (lockHolder != null && lockHolder != holder) return false;
        lockHolder = holder;
        return true;
    }

    void unlock(Object holder) {
        if (lockHolder == holder) lockHolder = null;
    }

    /** Only what was done by now is seen any more, as durable as it is, and nobody holds a lock. */
    void endProcess() {
        lockHolder = null;
        unsynced.settledAtTheEnd().forEach(change -> change.applyTo(durable));
        if (unsynced.dropUndone()) seen = withAllDone();
    }

    private SimulatedPages withAllDone() {
        var all = durable.copy();
        unsynced.changes().forEach(change -> change.applyTo(all));
        return all;
    }

    /** Keeps what was synced and, of the rest, nothing, everything or a random part. False if nothing is lost by it. */
    boolean crash(RandomGenerator random) {
        endProcess();
        var all = withAllDone();
        var changes = unsynced.changes();
        unsynced.clear();
        switch (random.nextInt(4)) {
            case 0 -> changes.forEach(change -> change.applyTo(durable));
            case 1 -> {}
            default -> replayTorn(changes, random);
        }
        seen = durable.copy();
        return !durable.holdsTheSameAs(all);
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
                            durable.put(at, bytes, (int) (at - position), length);
                    }
                    if (now < sizeStops) durable.growTo(position + bytes.length);
                }
                case Change.Resize(long newSize) -> {
                    if (now < sizeStops) durable.resize(newSize);
                    else durable.zeroBehindTheEnd();
                }
            }
        }
        durable.zeroBehindTheEnd();
    }

    private static int stop(int changes, RandomGenerator random) {
        return switch (random.nextInt(4)) {
            case 0 -> 0;
            case 1 -> random.nextInt(changes + 1);
            default -> changes;
        };
    }

    private static long nextSector(long position) {
        return (position / SECTOR_BYTES + 1) * SECTOR_BYTES;
    }
}
