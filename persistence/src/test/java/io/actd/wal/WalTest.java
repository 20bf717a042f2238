package io.actd.wal;

import static io.actd.wal.WalFixture.DIRECTORY;
import static io.actd.wal.WalFixture.METADATA;
import static io.actd.wal.WalFixture.SMALL;
import static io.actd.wal.WalFixture.batch;
import static io.actd.wal.WalFixture.entries;
import static io.actd.wal.WalFixture.entry;
import static io.actd.wal.WalFixture.mark;
import static io.actd.wal.WalFixture.texts;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.actd.invariant.Invariant;
import io.actd.raft.Entry;
import io.actd.raft.HardState;
import io.actd.raft.Payload;
import io.actd.raft.SnapshotMark;
import io.actd.world.SimulatedDisk.Operation;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** What is appended is what is read, and what is not needed any more goes. */
class WalTest {
    private final WalFixture fixture = new WalFixture();

    @Test
    void newLog_isEmptyAndKnowsItsOwner() {
        assertFalse(Wal.exists(fixture.disk, DIRECTORY));
        fixture.create(SMALL).close();
        assertTrue(Wal.exists(fixture.disk, DIRECTORY));
        assertEquals(new WalRecovery(METADATA, HardState.ZERO, SnapshotMark.NONE, List.of()), fixture.reopened(SMALL));
        assertThrows(IllegalStateException.class, () -> fixture.create(SMALL));
    }

    @Test
    void appended_isReadBack() {
        var conf = new Entry(2, 3, Entry.Type.CONF_CHANGE, Payload.of(new byte[] {1, 2, 3}));
        var empty = new Entry(2, 4, Entry.Type.NORMAL, Payload.EMPTY);
        var all = List.of(entry(1, 1, "one"), entry(1, 2, ""), conf, empty);
        try (var wal = fixture.create(SMALL)) {
            wal.append(batch(new HardState(1, 7, 0), all.subList(0, 2)));
            wal.append(batch(new HardState(2, -1, 1), all.subList(2, 4)));
        }
        var recovery = fixture.reopened(SMALL);
        assertEquals(new HardState(2, -1, 1), recovery.hardState());
        assertEquals(texts(all), texts(recovery.entries()));
        assertArrayEquals(
                new byte[] {1, 2, 3}, recovery.entries().get(2).payload().bytes());
    }

    @Test
    void laterEntry_replacesTheRestOfTheLog() { // spec FM-22
        try (var wal = fixture.create(SMALL)) {
            wal.append(batch(new HardState(1, 7, 1), entries(1, 1, 5, 3)));
            wal.append(batch(new HardState(2, 7, 1), entry(2, 3, "new")));
        }
        assertEquals(
                texts(List.of(entry(1, 1, 3), entry(1, 2, 3), entry(2, 3, "new"))),
                texts(fixture.reopened(SMALL).entries()));
    }

    // §7: what follows is retained only if the log has the entry the mark speaks of.
    @Test
    void markOfReceivedStore_voidsALogThatHasAnotherEntryThere() {
        try (var wal = fixture.create(SMALL)) {
            wal.append(batch(new HardState(2, 7, 3), entries(2, 1, 9, 3)));
            wal.append(received(6, 3));
            wal.append(batch(new HardState(3, 7, 7), entries(3, 7, 8, 3)));
        }
        var recovery = fixture.reopened(SMALL);
        assertEquals(6, recovery.mark().index());
        assertEquals(texts(entries(3, 7, 8, 3)), texts(recovery.entries()));
    }

    @Test
    void markOfReceivedStore_keepsWhatFollowsTheSameEntry() {
        try (var wal = fixture.create(SMALL)) {
            wal.append(batch(new HardState(2, 7, 3), entries(2, 1, 9, 3)));
            wal.append(received(6, 2));
        }
        assertEquals(texts(entries(2, 7, 9, 3)), texts(fixture.reopened(SMALL).entries()));
    }

    @Test
    void markOfReceivedStore_bridgesTheGap_evenWithOldEntriesWrittenBehindIt() {
        try (var wal = fixture.create(SMALL)) {
            wal.append(batch(new HardState(2, 7, 2), entries(2, 1, 4, 3)));
            wal.append(received(20, 3));
            wal.append(batch(null, entries(3, 5, 7, 3))); // on their way when the store was installed
            wal.append(batch(null, entries(3, 21, 22, 3)));
        }
        var recovery = fixture.reopened(SMALL);
        assertEquals(texts(entries(3, 21, 22, 3)), texts(recovery.entries()));
        assertEquals(3, recovery.termAt(20));
        assertEquals(3, recovery.termAt(22));
    }

    private static WalBatch received(long index, long term) {
        return new WalBatch(
                List.of(), new HardState(term, 7, index), mark(index, term).mark(), true);
    }

    @Test
    void entries_withAGapBreakAPromise() {
        try (var wal = fixture.create(SMALL)) {
            wal.append(batch(null, entries(1, 1, 5, 3)));
            assertThrows(Invariant.Broken.class, () -> wal.append(batch(null, entry(1, 7, 3))));
        }
    }

    @Test
    void commitIndexAlone_isNotSynced() { // spec FM-23
        var syncs = new ArrayList<Path>();
        try (var wal = fixture.create(SMALL)) {
            fixture.disk.onEveryOperation((operation, path) -> {
                if (operation == Operation.SYNC) syncs.add(path);
            });
            wal.append(new WalBatch(List.of(), new HardState(1, 7, 3), null, false));
            assertEquals(0, syncs.size());
            wal.append(new WalBatch(List.of(), new HardState(2, 7, 3), null, true));
            assertEquals(1, syncs.size());
        }
    }

    @Test
    void fullSegment_isCutAtItsLastRecordAndTheNextGoesOn() throws IOException { // spec FM-25
        try (var wal = fixture.create(SMALL)) {
            for (int i = 1; i <= 25; i++) wal.append(batch(new HardState(1, 7, i - 1), entry(1, i, 500)));
        }
        assertEquals(2, fixture.segments().size());
        assertFalse(fixture.segments().stream().anyMatch(n -> n.endsWith(".tmp")), "removed at a clean stop");
        assertEquals(fixture.segment(1, 16), fixture.wals().getLast());
        int cut = fixture.content(fixture.segment(0, 0)).length;
        assertTrue(cut >= 8192 && cut < 8192 + 600, "truncated to its last record: " + cut);
        assertEquals(8192, fixture.content(fixture.segment(1, 16)).length);
        var recovery = fixture.reopened(SMALL);
        assertEquals(texts(entries(1, 1, 25, 500)), texts(recovery.entries()));
        assertEquals(new HardState(1, 7, 24), recovery.hardState());
    }

    @Test
    void entryLargerThanWhatIsLeft_isWrittenAndReadBack() { // scenario D13
        try (var wal = fixture.create(SMALL)) {
            wal.append(batch(new HardState(1, 7, 0), entry(1, 1, 8000)));
            wal.append(batch(null, entry(1, 2, 3_000_000)));
            wal.append(batch(null, entry(1, 3, 10)));
        }
        var recovered = fixture.reopened(SMALL).entries();
        assertEquals(3, recovered.size());
        assertEquals(3_000_000, recovered.get(1).payload().bytes().length);
    }

    @Test
    void log_goesOnAfterEachRestart() {
        fixture.create(SMALL).close();
        for (int i = 1; i <= 40; i++) {
            try (var wal = fixture.open(SMALL)) {
                wal.append(batch(new HardState(i, 7, i - 1), entry(i, i, 700)));
            }
        }
        assertEquals(40, fixture.reopened(SMALL).entries().size());
    }

    @Test
    void mark_coversEntriesAndReleasesSegments() throws IOException { // spec FM-28, FM-29
        var options = SMALL.withMaxWals(2);
        try (var wal = fixture.create(options)) {
            for (int i = 1; i <= 100; i++) {
                wal.append(batch(new HardState(1, 7, i), entry(1, i, 500)));
                if (i == 60) wal.append(mark(50, 1));
            }
            assertEquals(fixture.segment(3, 46), fixture.wals().getFirst(), "the one entry 50 is in");
            wal.append(mark(100, 1));
            assertEquals(2, fixture.wals().size());
        }
        var recovery = fixture.reopened(options);
        assertEquals(100, recovery.mark().index());
        assertEquals(List.of(), recovery.entries());
    }

    @Test
    void markBehindTheCommitIndex_doesNotCount() { // spec FM-29, scenario D17
        try (var wal = fixture.create(SMALL)) {
            wal.append(batch(new HardState(1, 7, 2), entries(1, 1, 5, 3)));
            wal.append(mark(2, 1));
            wal.append(mark(9, 2));
        }
        var recovery = fixture.reopened(SMALL);
        assertEquals(2, recovery.mark().index());
        assertEquals(texts(entries(1, 3, 5, 3)), texts(recovery.entries()));
    }

    @Test
    void installedSnapshot_bridgesTheGap() {
        try (var wal = fixture.create(SMALL)) {
            wal.append(batch(new HardState(1, 7, 3), entries(1, 1, 5, 3)));
            var installed = mark(100, 2).mark();
            wal.append(new WalBatch(List.of(), new HardState(2, 7, 100), installed, true));
            wal.append(batch(null, entries(2, 101, 103, 3)));
        }
        var recovery = fixture.reopened(SMALL);
        assertEquals(100, recovery.mark().index());
        assertEquals(texts(entries(2, 101, 103, 3)), texts(recovery.entries()));
    }

    @Test
    void openLog_cannotBeOpenedAgain() { // spec FM-27
        try (var wal = fixture.create(SMALL)) {
            var failure = assertThrows(WalFailed.class, () -> fixture.open(SMALL));
            assertTrue(failure.toString().contains("locked"), failure.toString());
            wal.append(batch(null, entry(1, 1, 3)));
        }
    }

    @Test
    void failedSync_endsTheLog() throws IOException {
        var wal = fixture.create(SMALL);
        wal.append(batch(new HardState(1, 7, 0), entry(1, 1, "kept")));
        fixture.disk.onEveryOperation((operation, path) -> {
            if (operation == Operation.SYNC) throw new IOException("Input/output error");
        });
        var failure = assertThrows(WalFailed.class, () -> wal.append(batch(null, entry(1, 2, "lost"))));
        assertTrue(failure.toString().contains(fixture.segment(0, 0) + " at byte"), failure.toString());
        fixture.disk.onEveryOperation((operation, path) -> {});
        assertThrows(IllegalStateException.class, () -> wal.append(batch(null, entry(1, 2, "again"))));
        wal.close();
        fixture.disk.crash(new SplittableRandom(1));
        assertEquals(
                texts(List.of(entry(1, 1, "kept"))),
                texts(fixture.reopened(SMALL).entries()));
    }

    @Test
    void recordsOfAFailedSync_areDurableOnceTheyWereRead() { // scenario D16
        var wal = fixture.create(SMALL);
        fixture.disk.onEveryOperation((operation, path) -> {
            if (operation == Operation.SYNC) throw new IOException("Input/output error");
        });
        assertThrows(WalFailed.class, () -> wal.append(batch(new HardState(1, 7, 0), entry(1, 1, "read"))));
        fixture.disk.onEveryOperation((operation, path) -> {});
        wal.close(); // the process ends, the page cache stays
        var read = texts(List.of(entry(1, 1, "read")));
        assertEquals(read, texts(fixture.reopened(SMALL).entries()));
        fixture.disk.crash(new SplittableRandom(1));
        assertEquals(read, texts(fixture.reopened(SMALL).entries()));
    }

    @Test
    void fullDisk_failsTheAppendAndKeepsWhatWasWritten() {
        var wal = fixture.create(SMALL);
        wal.append(batch(new HardState(1, 7, 0), entry(1, 1, 3)));
        fixture.disk.limitTo(20_000);
        assertThrows(WalFailed.class, () -> {
            for (int i = 2; i < 100; i++) wal.append(batch(null, entry(1, i, 1000)));
        });
        wal.close();
        fixture.disk.limitTo(Long.MAX_VALUE);
        assertEquals(1, fixture.reopened(SMALL).entries().getFirst().index());
    }

    @Test
    void segmentThatFoundNoRoom_isMadeAgainWhenItIsNeeded() {
        try (var wal = fixture.create(SMALL)) {
            fixture.disk.onEveryOperation((operation, path) -> {
                if (operation == Operation.PREALLOCATE) throw new IOException("No space left on device");
            });
            wal.append(batch(null, entry(1, 1, (int) SMALL.segmentBytes() / 2)));
            fixture.disk.onEveryOperation((operation, path) -> {});
            wal.append(batch(null, entry(1, 2, (int) SMALL.segmentBytes())));
            wal.append(batch(null, entry(1, 3, 10)));
        }
        assertEquals(3, fixture.reopened(SMALL).entries().size());
    }

    @Test
    void metrics_seeBytesAndTimes() {
        var bytes = new ArrayList<Long>();
        var syncs = new ArrayList<Long>();
        var metrics = new WalMetrics() {
            @Override
            public void bytesWritten(long count) {
                bytes.add(count);
            }

            @Override
            public void fsyncNanos(long nanos) {
                syncs.add(nanos);
            }
        };
        try (var wal = fixture.create(SMALL.withMetrics(metrics))) {
            wal.append(batch(null, entry(1, 1, 100)));
        }
        assertEquals(List.of(128L), bytes);
        assertEquals(1, syncs.size());
    }
}
