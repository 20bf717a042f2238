package io.actd.copy;

import static io.actd.copy.Stores.CLUSTER;
import static io.actd.copy.Stores.mark;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.actd.apply.StoredMark;
import io.actd.backend.Backend;
import io.actd.backend.Engine;
import io.actd.backend.WriteBatch;
import io.actd.raft.Entry;
import io.actd.raft.HardState;
import io.actd.raft.Payload;
import io.actd.raft.SnapshotMark;
import io.actd.wal.Wal;
import io.actd.wal.WalBatch;
import io.actd.wal.WalFailpoints;
import io.actd.wal.WalMetadata;
import io.actd.wal.WalOptions;
import io.actd.world.Clock;
import io.actd.world.Failpoints;
import io.actd.world.Failpoints.Reached;
import io.actd.world.SimulatedDisk;
import io.actd.world.SystemDisk;
import io.actd.world.World;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * A store is received and installed, and the power fails on the way: the next start finds the old store with the old log
 * or the new store with its mark.
 */
class StoreDirectoriesTest {
    private static final Path WAL = Path.of("/data/member/wal");
    private static final Path SNAP = Path.of("/data/member/snap");
    private static final WalOptions OPTIONS = WalOptions.DEFAULTS.withSegmentBytes(4096);

    private final SimulatedDisk disk = new SimulatedDisk();
    private final Failpoints failpoints = new Failpoints();
    private final World world = new World(Clock.system(), disk, new SplittableRandom(1), failpoints);
    private final MemoryEngines engines = new MemoryEngines();
    private final StoreDirectories stores = new StoreDirectories(engines, world, SNAP);

    static List<String> failpoints() {
        var names = new ArrayList<>(CopyFailpoints.ALL);
        names.addAll(List.of(WalFailpoints.BEFORE_WRITE, WalFailpoints.AFTER_WRITE, WalFailpoints.AFTER_SYNC));
        names.add(WalFailpoints.AFTER_MARK);
        return names;
    }

    @ParameterizedTest
    @MethodSource("failpoints")
    void diesWhileInstalling_findsOneOrTheOther(String failpoint) throws IOException { // D17
        for (int seed = 0; seed < 20; seed++) {
            var test = new StoreDirectoriesTest();
            test.story(failpoint, new SplittableRandom(seed));
        }
    }

    private void story(String failpoint, SplittableRandom random) throws IOException {
        disk.createDirectories(SNAP);
        var leader = Stores.random(random.nextLong(), 100, 3);
        try (var wal = Wal.create(world, WAL, new WalMetadata(1, CLUSTER), OPTIONS)) {
            // Behind what is committed the log differs from the leader's, at times beyond its mark.
            wal.append(
                    new WalBatch(entries(2, 1, random.nextBoolean() ? 60 : 120), new HardState(2, 1, 50), null, true));
            fill(stores.open("db").engine(), 40, 2);
            int left = random.nextInt(2);
            failpoints.arm(failpoint, new DieAt(left));
            install(wal, leader, mark(100, 3));
        } catch (Reached expected) {
            assertEquals("failpoint " + failpoint + " reached", expected.getMessage());
        }
        failpoints.disarm(failpoint);
        disk.crash(random);
        engines.crash();
        check(leader);
        check(leader);
    }

    private static final class DieAt implements Failpoints.Action {
        private int left;

        DieAt(int left) {
            this.left = left;
        }

        @Override
        public void hit(String name) {
            if (left-- == 0) throw new Reached(name);
        }
    }

    /** As the actors do it, in their order. */
    private void install(Wal wal, Backend leader, SnapshotMark mark) {
        try (var builder = stores.build(CLUSTER, mark)) {
            for (var slice : Stores.slices(leader, 300)) builder.add(ByteBuffer.wrap(slice.bytes()), slice.last());
        }
        wal.append(new WalBatch(List.of(), new HardState(3, 0, mark.index()), mark, true));
        stores.delete("db");
    }

    private void check(Backend leader) throws IOException {
        try (var wal = Wal.open(world, WAL, OPTIONS)) {
            var log = wal.recovered();
            var store = stores.openFor(log);
            long applied = StoredMark.entry(store.engine()).index();
            if (log.mark().index() == 100) {
                assertEquals(Stores.rows(leader), Stores.rows(store.engine()));
                assertEquals(100, log.lastIndex());
            } else {
                assertEquals(40, applied);
                assertTrue(log.lastIndex() >= 60);
            }
            assertEquals(List.of(store.name()), disk.list(SNAP));
        }
    }

    private static void fill(Backend engine, long index, long term) {
        var rows = new WriteBatch();
        Stores.meta(rows, "consistent_index", index);
        Stores.meta(rows, "term", term);
        engine.write(rows, true);
    }

    private static List<Entry> entries(long term, long from, long to) {
        var entries = new ArrayList<Entry>();
        for (long i = from; i <= to; i++) entries.add(new Entry(term, i, Entry.Type.NORMAL, Payload.of(new byte[20])));
        return entries;
    }

    @Test
    void neverInstalled_isRemovedAtTheStart_alsoOnceTheLogHasPassedIt() throws IOException {
        disk.createDirectories(SNAP);
        var leader = Stores.random(7, 100, 3);
        try (var wal = Wal.create(world, WAL, new WalMetadata(1, CLUSTER), OPTIONS)) {
            try (var builder = stores.build(CLUSTER, mark(100, 3))) {
                for (var slice : Stores.slices(leader, 300)) builder.add(ByteBuffer.wrap(slice.bytes()), slice.last());
            }
            // Then the log caught up by itself, and the store in use with it.
            wal.append(new WalBatch(entries(3, 1, 200), new HardState(3, 1, 200), null, true));
            fill(stores.open("db").engine(), 180, 3);
            wal.append(new WalBatch(List.of(), null, mark(150, 3), true));
        }
        try (var wal = Wal.open(world, WAL, OPTIONS)) {
            assertEquals("db", stores.openFor(wal.recovered()).name());
        }
        assertEquals(List.of("db"), disk.list(SNAP));
    }

    @Test
    void leftoverThatCanNotEvenBeRead_isRemoved(@TempDir Path directory) throws IOException {
        var real = new World(Clock.system(), new SystemDisk(), new SplittableRandom(1), new Failpoints());
        var realStores = new StoreDirectories(Engine.LEVELDB, real, directory);
        try (var wal = Wal.create(world, WAL, new WalMetadata(1, CLUSTER), OPTIONS)) {
            wal.append(new WalBatch(entries(2, 1, 60), new HardState(2, 1, 50), null, true));
            try (var used = realStores.open("db").engine()) {
                fill(used, 40, 2);
            }
            realStores.build(CLUSTER, mark(100, 3)).close();
            var leftover = directory.resolve(StoreDirectories.nameOf(100));
            for (var name : real.disk().list(leftover)) {
                if (name.startsWith("MANIFEST")) real.disk().delete(leftover.resolve(name));
            }
        }
        try (var wal = Wal.open(world, WAL, OPTIONS);
                var engine = realStores.openFor(wal.recovered()).engine()) {
            assertEquals(40, StoredMark.entry(engine).index());
        }
        assertEquals(List.of("db"), real.disk().list(directory));
    }

    @Test
    void levelDb_isBuiltAndFoundAgain(@TempDir Path directory) throws IOException {
        var real = new World(Clock.system(), new SystemDisk(), new SplittableRandom(1), new Failpoints());
        var snap = directory.resolve("snap");
        real.disk().createDirectories(snap);
        var realStores = new StoreDirectories(Engine.LEVELDB, real, snap);
        var leader = Stores.random(8, 100, 3);
        try (var wal = Wal.create(real, directory.resolve("wal"), new WalMetadata(1, CLUSTER), OPTIONS)) {
            wal.append(new WalBatch(entries(2, 1, 60), new HardState(2, 1, 50), null, true));
            try (var old = realStores.open("db").engine()) {
                fill(old, 40, 2);
            }
            try (var builder = realStores.build(CLUSTER, mark(100, 3))) {
                for (var slice : Stores.slices(leader, 300)) builder.add(ByteBuffer.wrap(slice.bytes()), slice.last());
            }
            wal.append(new WalBatch(List.of(), new HardState(3, 0, 100), mark(100, 3), true));
        }
        try (var wal = Wal.open(real, directory.resolve("wal"), OPTIONS)) {
            var store = realStores.openFor(wal.recovered());
            try (var engine = store.engine()) {
                assertEquals(StoreDirectories.nameOf(100), store.name());
                assertEquals(Stores.rows(leader), Stores.rows(engine));
            }
        }
        assertEquals(List.of(StoreDirectories.nameOf(100)), real.disk().list(snap));
    }
}
