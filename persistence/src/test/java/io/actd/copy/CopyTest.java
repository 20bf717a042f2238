package io.actd.copy;

import static io.actd.copy.Stores.CLUSTER;
import static io.actd.copy.Stores.mark;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.actd.backend.MemoryBackend;
import io.actd.backend.WriteBatch;
import io.actd.copy.StoreCopy.Slice;
import io.actd.raft.SnapshotMark;
import io.actd.world.Failpoints;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What arrives is the store that was copied, or nothing. */
class CopyTest {
    private static final SnapshotMark MARK = mark(42, 3);

    private final MemoryBackend received = new MemoryBackend();

    private void build(List<Slice> slices) {
        build(slices, CLUSTER, MARK);
    }

    private void build(List<Slice> slices, long clusterId, SnapshotMark mark) {
        var builder = new StoreBuilder(received, new Failpoints(), clusterId, mark);
        for (var slice : slices) builder.add(ByteBuffer.wrap(slice.bytes()), slice.last());
    }

    private void assertRefused(List<Slice> slices) {
        assertThrows(CopyDamaged.class, () -> build(slices));
        assertFalse(Stores.isComplete(received));
        received.crash();
    }

    @Test
    void copy_isEqual_whateverTheSizeOfSlices() {
        for (int seed = 0; seed < 20; seed++) {
            var original = Stores.random(seed, 42, 3);
            for (int sliceBytes : new int[] {5, 13, 64, 1000, 1 << 20}) {
                var copy = new MemoryBackend();
                var builder = new StoreBuilder(copy, new Failpoints(), CLUSTER, MARK);
                Stores.slices(original, sliceBytes)
                        .forEach(slice -> builder.add(ByteBuffer.wrap(slice.bytes()), slice.last()));
                assertEquals(Stores.rows(original), Stores.rows(copy));
            }
        }
    }

    @Test
    void copy_isOfTheMomentItBegan() {
        var original = Stores.random(1, 42, 3);
        var before = Stores.rows(original);
        try (var copy = StoreCopy.of(original.view(), CLUSTER, 50)) {
            var builder = new StoreBuilder(received, new Failpoints(), CLUSTER, copy.mark());
            for (long index = 43; ; index++) {
                var later = new WriteBatch();
                Stores.meta(later, "consistent_index", index);
                Stores.meta(later, "a" + index, index);
                original.write(later, true);
                var slice = copy.next();
                builder.add(ByteBuffer.wrap(slice.bytes()), slice.last());
                if (slice.last()) break;
            }
        }
        assertEquals(before, Stores.rows(received));
    }

    @Test
    void store_isNoneBeforeTheLastSlice() {
        var slices = Stores.slices(Stores.random(1, 42, 3), 100);
        var builder = new StoreBuilder(received, new Failpoints(), CLUSTER, MARK);
        for (var slice : slices) {
            assertFalse(Stores.isComplete(received));
            builder.add(ByteBuffer.wrap(slice.bytes()), slice.last());
        }
        assertTrue(Stores.isComplete(received));
        received.crash();
        assertTrue(Stores.isComplete(received), "complete means durable");
    }

    @Test
    void truncated_isRefused_wherever() {
        var slices = Stores.slices(Stores.random(2, 42, 3), 64);
        for (int count = 1; count < slices.size(); count++) {
            var some = new ArrayList<>(slices.subList(0, count));
            some.set(count - 1, new Slice(some.get(count - 1).bytes(), true));
            assertRefused(some);
        }
    }

    @Test
    void sliceMissing_doubled_orSwapped_isRefused() {
        var slices = Stores.slices(Stores.random(3, 42, 3), 64);
        for (int i = 0; i < slices.size() - 1; i++) {
            var missing = new ArrayList<>(slices);
            missing.remove(i);
            assertRefused(missing);
            var doubled = new ArrayList<>(slices);
            doubled.add(i, slices.get(i));
            assertRefused(doubled);
            var swapped = new ArrayList<>(slices);
            swapped.set(i, slices.get(i + 1));
            swapped.set(i + 1, slices.get(i));
            assertRefused(swapped);
        }
    }

    @Test
    void oneBitFlipped_isRefused_inWhicheverSlice() { // D15
        var slices = Stores.slices(Stores.random(4, 42, 3), 64);
        for (int i = 0; i < slices.size(); i++) {
            for (int bit = 0; bit < 8 * slices.get(i).bytes().length; bit++) {
                var bytes = slices.get(i).bytes().clone();
                bytes[bit / 8] ^= (byte) (1 << bit % 8);
                var damaged = new ArrayList<>(slices);
                damaged.set(i, new Slice(bytes, slices.get(i).last()));
                assertRefused(damaged);
            }
        }
    }

    @Test
    void copyOfAnotherClusterOrMark_isRefused() { // M4
        var slices = Stores.slices(Stores.random(5, 42, 3), 64);
        assertThrows(CopyDamaged.class, () -> build(slices, CLUSTER + 1, MARK));
        assertThrows(CopyDamaged.class, () -> build(slices, CLUSTER, mark(43, 3)));
        assertThrows(CopyDamaged.class, () -> build(slices, CLUSTER, mark(42, 4)));
    }

    @Test
    void storeThatWasNeverFlushed_isNoStore() {
        assertRefused(Stores.slices(new MemoryBackend(), 64));
    }
}
