package io.actd.wal;

import static io.actd.wal.WalFixture.DIRECTORY;
import static io.actd.wal.WalFixture.SMALL;
import static io.actd.wal.WalFixture.batch;
import static io.actd.wal.WalFixture.entries;
import static io.actd.wal.WalFixture.entry;
import static io.actd.wal.WalFixture.mark;
import static io.actd.wal.WalFixture.texts;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.actd.raft.Entry;
import io.actd.raft.HardState;
import io.actd.raft.Membership;
import io.actd.raft.Payload;
import io.actd.raft.SnapshotMark;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/** A torn end is cut; every other damage is reported with its place (scenarios D12, D15). */
class WalDamageTest {
    private final WalFixture fixture = new WalFixture();
    private final Path first = fixture.segment(0, 0);

    @Test
    void fileEndingAnywhere_startsWithEverythingWholeBefore() throws IOException { // spec FM-33, 1 and 2
        try (var wal = fixture.create(SMALL)) {
            for (int i = 1; i <= 12; i++) wal.append(batch(new HardState(1, 7, i - 1), entry(1, i, i * 9)));
        }
        var whole = fixture.content(first);
        int end = endOf(whole);
        int head = 0x50;
        int lastCount = 0;
        for (int length = head; length <= end; length++) {
            fixture.overwrite(first, 0, whole);
            fixture.truncate(first, length);
            var found = fixture.reopened(SMALL).entries();
            assertEquals(texts(growing(found.size(), 9)), texts(found));
            assertTrue(found.size() == lastCount || found.size() == lastCount + 1);
            lastCount = found.size();
        }
        assertEquals(12, lastCount);
        for (int length = 0; length < head; length++) {
            fixture.overwrite(first, 0, whole);
            fixture.truncate(first, length);
            assertThrows(WalDamaged.class, () -> fixture.open(SMALL));
        }
    }

    @Test
    void lostSector_isRepairedWithACopyKept() throws IOException { // spec FM-33, FM-34
        var log = List.of(entry(1, 1, 300), entry(1, 2, 3000), entry(1, 3, 20));
        try (var wal = fixture.create(SMALL)) {
            wal.append(batch(new HardState(1, 7, 0), log));
        }
        fixture.overwrite(first, 1024, new byte[512]);
        var damaged = fixture.content(first);
        var recovery = fixture.reopened(SMALL);
        assertEquals(texts(log.subList(0, 1)), texts(recovery.entries()));
        assertEquals(HardState.ZERO, recovery.hardState(), "everything behind is gone too");
        assertArrayEquals(damaged, fixture.content(Path.of(first + ".broken")));
        assertEquals(SMALL.segmentBytes(), fixture.content(first).length);
        assertEquals(0, endOf(Arrays.copyOfRange(fixture.content(first), 512, 8192)), "zeroed behind");
    }

    @Test
    void zerosAcrossSectors_areNotFromACrash() throws IOException { // spec FM-33, checked with etcd
        try (var wal = fixture.create(SMALL)) {
            wal.append(batch(new HardState(1, 7, 0), entry(1, 1, 3000), entry(1, 2, 20)));
        }
        fixture.overwrite(first, 1000, new byte[512]);
        var before = fixture.content(first);
        var damage = assertThrows(WalDamaged.class, () -> fixture.open(SMALL));
        assertEquals(first, damage.path());
        assertEquals(0x50, damage.offset());
        assertEquals("checksum mismatch", damage.reason());
        assertArrayEquals(before, fixture.content(first), "nothing is changed");
    }

    @Test
    void anyFlippedBit_isFoundOrHarmless() throws IOException { // scenario D15
        var small = WalOptions.DEFAULTS.withSegmentBytes(1024);
        var zeros = new Entry(1, 2, Entry.Type.NORMAL, Payload.of(new byte[700])); // holds a whole zero sector
        var conf = new Entry(1, 3, Entry.Type.CONF_CHANGE, Payload.of(new byte[] {8, 0, 16, 0}));
        try (var wal = fixture.create(small)) {
            wal.append(batch(new HardState(1, 7, 0), entry(1, 1, "first"), zeros, conf, entry(1, 4, 43)));
            wal.append(batch(new HardState(1, 7, 3), entries(1, 5, 9, 43)));
            wal.append(mark(2, 1));
            wal.append(batch(new HardState(2, 7, 4), new Entry(2, 10, Entry.Type.NORMAL, Payload.EMPTY)));
            wal.append(new WalBatch(List.of(), new HardState(2, 7, 5), null, false));
            wal.append(batch(null, new Entry(2, 11, Entry.Type.NORMAL, Payload.of(new byte[600])), entry(2, 12, 3)));
        }
        var expected = Wal.read(fixture.disk, DIRECTORY);
        assertEquals(10, expected.entries().size());
        int found = 0;
        for (var path : fixture.wals()) {
            int end = Math.min(endOf(fixture.content(path)) + 64, fixture.content(path).length);
            for (int bit = 0; bit < end * 8; bit++) {
                fixture.disk.flipBit(path, bit / 8, bit % 8);
                try {
                    var read = Wal.read(fixture.disk, DIRECTORY);
                    assertEquals(texts(expected.entries()), texts(read.entries()), path + " bit " + bit);
                    assertEquals(expected.hardState(), read.hardState(), path + " bit " + bit);
                    assertEquals(expected.mark(), read.mark(), path + " bit " + bit);
                } catch (WalDamaged e) {
                    found++;
                }
                fixture.disk.flipBit(path, bit / 8, bit % 8);
            }
        }
        assertTrue(found > 10_000, "found " + found);
    }

    @Test
    void ownerIsReadFromTheHead_damageBehindItIsForOpening() throws IOException {
        WalMetadata owner;
        try (var wal = fixture.create(SMALL)) {
            owner = wal.metadata();
            for (int i = 1; i <= 25; i++) wal.append(batch(new HardState(1, 7, i - 1), entry(1, i, 500)));
        }
        fixture.overwrite(first, 1024, new byte[512]);
        assertEquals(owner, Wal.owner(fixture.disk, DIRECTORY));
        assertThrows(WalDamaged.class, () -> fixture.open(SMALL));
        fixture.truncate(first, 0x18);
        assertThrows(WalDamaged.class, () -> Wal.owner(fixture.disk, DIRECTORY), "the head is cut off");
    }

    @Test
    void damageInAnEarlierSegment_isNeverRepaired() throws IOException { // spec FM-33
        try (var wal = fixture.create(SMALL)) {
            for (int i = 1; i <= 25; i++) wal.append(batch(new HardState(1, 7, i - 1), entry(1, i, 500)));
        }
        fixture.overwrite(first, 1024, new byte[512]);
        assertEquals(
                first, assertThrows(WalDamaged.class, () -> fixture.open(SMALL)).path());
    }

    @Test
    void shortenedEarlierSegment_breaksTheChain() throws IOException { // spec FM-13
        try (var wal = fixture.create(SMALL)) {
            for (int i = 1; i <= 25; i++) wal.append(batch(new HardState(1, 7, i - 1), entry(1, i, 500)));
        }
        fixture.truncate(first, 0x50);
        var damage = assertThrows(WalDamaged.class, () -> fixture.open(SMALL));
        assertEquals(fixture.wals().get(1), damage.path());
    }

    @Test
    void missingSegment_isNamed() throws IOException { // spec FM-30
        try (var wal = fixture.create(SMALL)) {
            for (int i = 1; i <= 50; i++) wal.append(batch(new HardState(1, 7, i - 1), entry(1, i, 500)));
        }
        var wals = fixture.wals();
        fixture.disk.delete(wals.get(1));
        assertEquals(
                wals.get(2),
                assertThrows(WalDamaged.class, () -> fixture.open(SMALL)).path());
    }

    @Test
    void missingFirstSegment_withoutMark_isDamage() throws IOException { // spec FM-35
        try (var wal = fixture.create(SMALL)) {
            for (int i = 1; i <= 25; i++) wal.append(batch(new HardState(1, 7, i - 1), entry(1, i, 500)));
        }
        fixture.disk.delete(first);
        var damage = assertThrows(WalDamaged.class, () -> fixture.open(SMALL));
        assertTrue(damage.reason().contains("mark"), damage.reason());
    }

    @Test
    void commitBehindTheLastEntry_isDamage() { // spec FM-35, FM-49 D
        try (var wal = fixture.create(SMALL)) {
            wal.append(batch(new HardState(1, 7, 100), entries(1, 1, 57, 3)));
        }
        var damage = assertThrows(WalDamaged.class, () -> fixture.open(SMALL));
        assertEquals("commit index 100 is behind the last entry 57", damage.reason());
    }

    @Test
    void gapBetweenEntries_isDamageUnlessAMarkCoversIt() throws IOException { // spec FM-31, FM-35
        raw(writer -> {
            for (var e : List.of(entry(1, 1, 3), entry(1, 5, 3))) writer.entry(e);
        });
        assertEquals(
                "entry 5 follows entry 1",
                assertThrows(WalDamaged.class, () -> fixture.open(SMALL)).reason());
        raw(writer -> {
            writer.entry(entry(1, 1, 3));
            writer.mark(new SnapshotMark(4, 1, Membership.EMPTY));
            writer.entry(entry(1, 5, 3));
            writer.state(new HardState(1, 7, 4));
        });
        assertEquals(
                texts(List.of(entry(1, 5, 3))), texts(fixture.reopened(SMALL).entries()));
    }

    @Test
    void otherOwner_isDamage() throws IOException { // spec FM-35
        raw(writer -> writer.metadata(new WalMetadata(1, 2)));
        assertEquals(
                "metadata differ from those before",
                assertThrows(WalDamaged.class, () -> fixture.open(SMALL)).reason());
    }

    @Test
    void markOfAnotherTerm_isDamage() throws IOException { // spec FM-31, FM-35
        raw(writer -> {
            writer.entry(entry(1, 1, 3));
            writer.state(new HardState(1, 7, 1));
            writer.mark(new SnapshotMark(1, 1, Membership.EMPTY));
            writer.mark(new SnapshotMark(1, 2, Membership.EMPTY));
        });
        assertEquals(
                "mark at index 1 has another term than before",
                assertThrows(WalDamaged.class, () -> fixture.open(SMALL)).reason());
    }

    @Test
    void leftovers_areSkipped() throws IOException { // spec FM-7, FM-25
        fixture.create(SMALL).close();
        for (var name : List.of("0.tmp", "1.tmp", ".touch", "x.wal.broken")) {
            fixture.overwrite(DIRECTORY.resolve(name), 0, new byte[] {1, 2, 3, 4, 5, 6, 7, 8});
        }
        try (var wal = fixture.open(SMALL)) {
            for (int i = 1; i <= 50; i++) wal.append(batch(new HardState(1, 7, i - 1), entry(1, i, 500)));
        }
        assertEquals(50, fixture.reopened(SMALL).entries().size());
    }

    @Test
    void bytesBehindAZeroWord_areIgnoredAndZeroed() throws IOException { // spec FM-10, FM-32
        try (var wal = fixture.create(SMALL)) {
            wal.append(batch(new HardState(1, 7, 0), entry(1, 1, 30)));
        }
        fixture.overwrite(first, 1024, new byte[] {9, 9, 9});
        try (var wal = fixture.open(SMALL)) {
            wal.append(batch(null, entry(1, 2, 30)));
        }
        assertTrue(endOf(fixture.content(first)) < 512);
        assertEquals(2, fixture.reopened(SMALL).entries().size());
    }

    @Test
    void zeroedLengthWordAtTheEndOfASector_isATearOnlyInTheLastBatch() throws IOException { // spec FM-10, scenario D12
        int inSector = 512 - RecordFrame.WORD_BYTES;
        long[] at = {0, 0};
        for (int batches = 1; batches <= 2; batches++) {
            int count = batches;
            raw(writer -> {
                int index = 0;
                while (writer.positionBytes() % 512 != inSector) writer.entry(entry(1, ++index, 8 + index % 2));
                at[0] = writer.positionBytes();
                for (int i = 0; i < count; i++) {
                    writer.entry(entry(1, ++index, 46)); // 64 bytes, without padding
                    if (i == 0) at[1] = writer.positionBytes();
                    writer.state(new HardState(1, 7, 1));
                }
            });
            assertEquals(at[0] + 8 + 64, at[1]);
            fixture.overwrite(first, at[0], new byte[8]);
            if (batches == 1) {
                assertEquals(
                        entry(1, 1, 9).id(),
                        fixture.reopened(SMALL).entries().getFirst().id());
                assertTrue(fixture.disk.exists(Path.of(first + ".broken")));
            } else {
                assertEquals(
                        at[0],
                        assertThrows(WalDamaged.class, () -> fixture.open(SMALL))
                                .offset());
            }
        }
    }

    private interface Records {
        void writeTo(SegmentWriter writer) throws IOException;
    }

    /** A log of one segment with these records behind its head. */
    private void raw(Records records) throws IOException {
        fixture.disk.delete(DIRECTORY);
        fixture.disk.createDirectories(DIRECTORY);
        try (var file = fixture.disk.open(first)) {
            var writer = new SegmentWriter(file, 0, 0);
            writer.chain();
            writer.metadata(WalFixture.METADATA);
            writer.mark(SnapshotMark.NONE);
            records.writeTo(writer);
            writer.flush();
            file.sync();
        }
    }

    private static List<Entry> growing(long to, int bytesPerIndex) {
        return LongStream.rangeClosed(1, to)
                .mapToObj(i -> entry(1, i, (int) i * bytesPerIndex))
                .toList();
    }

    private static int endOf(byte[] content) {
        int end = content.length;
        while (end > 0 && content[end - 1] == 0) end--;
        return end;
    }
}
