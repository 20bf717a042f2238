package io.actd.backend;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.actd.world.Clock;
import io.actd.world.Disk;
import io.actd.world.SimulatedDisk;
import io.actd.world.SystemDisk;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.fusesource.leveldbjni.JniDBFactory;
import org.iq80.leveldb.DBFactory;
import org.iq80.leveldb.impl.Iq80DBFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

@ParameterizedClass
@EnumSource(LevelDbBackendTest.Engine.class)
final class LevelDbBackendTest {
    enum Engine {
        NATIVE(JniDBFactory.factory),
        JAVA(Iq80DBFactory.factory);

        private final DBFactory factory;

        Engine(DBFactory factory) {
            this.factory = factory;
        }

        LevelDbBackend open(Path directory, Duration closePatience) {
            return open(directory, new SystemDisk(), closePatience);
        }

        LevelDbBackend open(Path directory, Disk disk, Duration closePatience) {
            return LevelDbBackend.open(directory, Clock.system(), disk, closePatience, factory::open);
        }

        /** @param thereby what happens to the disk while LevelDB opens */
        LevelDbBackend open(Path directory, Disk disk, Renaming thereby) {
            LevelDbBackend.Opener opener = (files, options) -> {
                var db = factory.open(files, options);
                thereby.run();
                return db;
            };
            return LevelDbBackend.open(directory, Clock.system(), disk, Duration.ofSeconds(30), opener);
        }
    }

    private interface Renaming {
        void run() throws IOException;
    }

    private final Engine engine;

    @TempDir
    Path directory;

    LevelDbBackendTest(Engine engine) {
        this.engine = engine;
    }

    @Test
    void rows_surviveAStayWithTheEngineInJava() {
        var model = new TreeMap<String, String>();
        for (int round = 0; round < 6; round++) {
            // At first the engine of this test, then the one in Java, from then on what the product chooses.
            var db = directory.resolve("db");
            var backend =
                    switch (round) {
                        case 0, 1 -> open();
                        case 2 -> Engine.JAVA.open(db, Duration.ofSeconds(30));
                        default -> LevelDbBackend.open(db, Clock.system(), new SystemDisk());
                    };
            try (var rows = backend.scan(Bucket.KEY, new byte[0], null)) {
                var seen = new TreeMap<String, String>();
                while (rows.next()) seen.put(text(rows.key()), text(rows.value()));
                assertEquals(model, seen);
            }
            for (int i = 0; i < 500; i++) {
                var key = "k" + (i * 7919 + round) % 1000;
                put(backend, Bucket.KEY, key, "v" + round);
                model.put(key, "v" + round);
            }
            if (round % 3 == 1) backend.reclaim();
            backend.close();
        }
    }

    @Test
    void rows_surviveReopening() {
        var backend = open();
        put(backend, Bucket.KEY, "a", "1");
        backend.close();
        var again = open();
        assertArrayEquals(bytes("1"), again.get(Bucket.KEY, bytes("a")));
        assertTrue(again.sizeBytes() > 0);
        again.reclaim();
        assertArrayEquals(bytes("1"), again.get(Bucket.KEY, bytes("a")));
        again.close();
    }

    /** LevelDB syncs the tables it makes, and of its logs the last one only; a large one keeps the disk from others. */
    @Test
    void writesNotSynced_areInSmallTables_beforeASyncedOneFollows() throws IOException {
        var value = new byte[64 << 10];
        var backend = open();
        for (int i = 0; i < 400; i++) {
            var rows = new WriteBatch();
            rows.put(Bucket.KEY, bytes("k" + i), value);
            backend.write(rows, false);
        }
        put(backend, Bucket.KEY, "last", "1");
        try (var list = Files.list(directory.resolve("db"))) {
            var files = list.map(Path::toFile).toList();
            long inLogs = files.stream()
                    .filter(file -> file.getName().endsWith(".log"))
                    .mapToLong(File::length)
                    .sum();
            assertTrue(inLogs < 2 << 20, inLogs + " bytes in logs");
            for (var file : files) assertTrue(file.length() < 4 << 20, file + " of " + file.length() + " bytes");
        }
        backend.close();
        var again = open();
        for (int i = 0; i < 400; i++) assertArrayEquals(value, again.get(Bucket.KEY, bytes("k" + i)));
        assertArrayEquals(bytes("1"), again.get(Bucket.KEY, bytes("last")));
        again.close();
    }

    @Test
    void buckets_areSeparate() {
        var backend = open();
        for (var bucket : Bucket.values()) put(backend, bucket, "a", bucket.name());
        for (var bucket : Bucket.values()) {
            try (var rows = backend.scan(bucket, new byte[0], null)) {
                assertTrue(rows.next());
                assertArrayEquals(bytes("a"), rows.key());
                assertArrayEquals(bytes(bucket.name()), rows.value());
                assertFalse(rows.next());
            }
        }
        assertNull(backend.get(Bucket.KEY, bytes("b")));
        backend.close();
    }

    @Test
    void view_showsRowsAsOfItsMoment() {
        var backend = open();
        put(backend, Bucket.KEY, "a", "1");
        try (var view = backend.view()) {
            put(backend, Bucket.KEY, "a", "2");
            try (var rows = view.scan(Bucket.KEY, new byte[0], null)) {
                assertTrue(rows.next());
                assertArrayEquals(bytes("1"), rows.value());
            }
        }
        backend.close();
    }

    @Test
    void useAfterClose_isRefusedInsteadOfCrashing() {
        var backend = open();
        put(backend, Bucket.KEY, "a", "1");
        var cursor = backend.scan(Bucket.KEY, new byte[0], null);
        cursor.close();
        var view = backend.view();
        view.close();
        backend.close();
        backend.close();
        assertThrows(IllegalStateException.class, () -> backend.get(Bucket.KEY, bytes("a")));
        assertThrows(IllegalStateException.class, () -> backend.scan(Bucket.KEY, bytes("a"), null));
        assertThrows(IllegalStateException.class, () -> put(backend, Bucket.KEY, "a", "1"));
        assertThrows(IllegalStateException.class, backend::view);
        assertThrows(IllegalStateException.class, backend::reclaim);
        assertThrows(IllegalStateException.class, cursor::next);
        assertThrows(IllegalStateException.class, () -> cursor.seek(bytes("a")));
        assertThrows(IllegalStateException.class, () -> view.scan(Bucket.KEY, bytes("a"), null));
        cursor.close();
        view.close();
    }

    @Test
    void close_waitsForAnOpenCursor() throws Exception {
        var backend = open();
        put(backend, Bucket.KEY, "a", "1");
        put(backend, Bucket.KEY, "b", "2");
        var cursor = backend.scan(Bucket.KEY, new byte[0], null);
        assertTrue(cursor.next());
        var closed = CompletableFuture.runAsync(backend::close);
        // New uses are refused as soon as closing has begun; the open one goes on.
        while (!isRefused(backend)) Thread.onSpinWait();
        assertFalse(closed.isDone());
        assertTrue(cursor.next());
        assertArrayEquals(bytes("b"), cursor.key());
        cursor.close();
        closed.get(30, TimeUnit.SECONDS);
        open().close();
    }

    @Test
    void closeWithAForgottenCursor_leavesTheNativePartAlone() {
        var backend = engine.open(directory.resolve("db"), Duration.ofMillis(1));
        put(backend, Bucket.KEY, "a", "1");
        var forgotten = backend.scan(Bucket.KEY, new byte[0], null);
        assertThrows(IllegalStateException.class, backend::close);
        assertTrue(forgotten.next());
        assertArrayEquals(bytes("1"), forgotten.value());
        forgotten.close();
    }

    @Test
    void secondOpening_isRefused() {
        var backend = open();
        var refused = assertThrows(UncheckedIOException.class, this::open);
        assertTrue(refused.toString().contains("cannot open LevelDB in " + directory));
        backend.close();
    }

    /** LevelDB renames CURRENT and leaves it at that; here it does so on the disk that is asked for the sync. */
    @Test
    void onceOpen_theNameOfTheNewManifestIsDurable() throws IOException { // faults D2
        for (int seed = 0; seed < 8; seed++) {
            var disk = new SimulatedDisk();
            var db = directory.resolve("db" + seed);
            disk.createDirectories(db);
            disk.open(db.resolve("CURRENT.tmp")).close();
            engine.open(db, disk, (Renaming) () -> disk.rename(db.resolve("CURRENT.tmp"), db.resolve("CURRENT")))
                    .close();

            disk.crash(new Random(seed));
            assertEquals(List.of("CURRENT"), disk.list(db));
        }
    }

    @Test
    void namesCanNotBeSynced_nothingStaysOpen() throws IOException {
        var disk = new SimulatedDisk();
        var db = directory.resolve("db");
        disk.createDirectories(db);
        disk.onEveryOperation((operation, path) -> {
            if (operation == SimulatedDisk.Operation.SYNC_DIRECTORY) throw new IOException("a broken disk");
        });
        var failed = assertThrows(UncheckedIOException.class, () -> engine.open(db, disk, Duration.ofSeconds(1)));
        assertTrue(failed.toString().contains("a broken disk"), failed.toString());
        open().close();
    }

    @Test
    void tooLittleSpace_isSaidBeforeLevelDbRunsIntoIt() throws IOException { // faults D20
        var disk = new SimulatedDisk();
        var db = directory.resolve("db");
        disk.createDirectories(db);
        disk.limitTo(LevelDbBackend.SPACE_FOR_COMPACTION_BYTES + 1000);
        var backend = engine.open(db, disk, Duration.ofSeconds(30));
        put(backend, Bucket.KEY, "a", "1".repeat(400));

        var noRoom = assertThrows(UncheckedIOException.class, () -> put(backend, Bucket.KEY, "b", "2".repeat(600)));
        assertTrue(noRoom.toString().contains("No space left on device: LevelDB needs "), noRoom::toString);
        assertNull(backend.get(Bucket.KEY, bytes("b")));
        assertArrayEquals(bytes("1".repeat(400)), backend.get(Bucket.KEY, bytes("a")));
        disk.limitTo(Long.MAX_VALUE);
        put(backend, Bucket.KEY, "b", "2".repeat(600));
        backend.close();

        disk.limitTo(LevelDbBackend.SPACE_FOR_COMPACTION_BYTES - 1);
        var tooLate = assertThrows(UncheckedIOException.class, () -> engine.open(db, disk, Duration.ofSeconds(30)));
        assertTrue(tooLate.toString().contains("No space left on device"), tooLate::toString);
    }

    /** LevelDB alone would open without the batch. */
    @Test
    void anyFlippedBitInABatchThatIsNotTheLast_isRefused() throws IOException {
        var log = logOfThreeBatches();
        var content = Files.readAllBytes(log);
        int lastBatch = endOfRecord(content, endOfRecord(content, 0));
        for (int bit = 0; bit < lastBatch * Byte.SIZE; bit++) {
            var damaged = content.clone();
            damaged[bit / Byte.SIZE] ^= (byte) (1 << bit % Byte.SIZE);
            Files.write(log, damaged);
            var refused = assertThrows(UncheckedIOException.class, this::open, "bit " + bit);
            assertTrue(String.valueOf(refused.getMessage()).contains(log + " is damaged at byte "));
        }
        Files.write(log, content);
        var backend = open();
        assertArrayEquals(bytes("3"), backend.get(Bucket.KEY, bytes("c")));
        backend.close();
    }

    @Test
    void tornLastBatch_isLeftOut() throws IOException {
        var log = logOfThreeBatches();
        var content = Files.readAllBytes(log);
        int from = endOfRecord(content, endOfRecord(content, 0));
        Arrays.fill(content, from + 9, endOfRecord(content, from), (byte) 0);
        Files.write(log, content);
        var backend = open();
        assertArrayEquals(bytes("2"), backend.get(Bucket.KEY, bytes("b")));
        assertNull(backend.get(Bucket.KEY, bytes("c")));
        backend.close();
    }

    private Path logOfThreeBatches() throws IOException {
        var backend = open();
        put(backend, Bucket.KEY, "a", "1");
        put(backend, Bucket.KEY, "b", "2");
        put(backend, Bucket.KEY, "c", "3");
        backend.close();
        try (var files = Files.list(directory.resolve("db"))) {
            return files.filter(file -> file.toString().endsWith(".log"))
                    .findFirst()
                    .orElseThrow();
        }
    }

    /** Behind a head of seven bytes, of which two are the length. */
    private static int endOfRecord(byte[] log, int start) {
        return start + 7 + Byte.toUnsignedInt(log[start + 4]) + (Byte.toUnsignedInt(log[start + 5]) << 8);
    }

    private static boolean isRefused(Backend backend) {
        try {
            backend.get(Bucket.KEY, bytes("a"));
            return false;
        } catch (IllegalStateException e) {
            return true;
        }
    }

    private LevelDbBackend open() {
        return engine.open(directory.resolve("db"), Duration.ofSeconds(30));
    }

    private static void put(Backend backend, Bucket bucket, String key, String value) {
        var batch = new WriteBatch();
        batch.put(bucket, bytes(key), bytes(value));
        backend.write(batch, true);
    }

    private static String text(byte[] bytes) {
        return new String(bytes, StandardCharsets.US_ASCII);
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
