package io.actd.mvcc;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.ByteString;
import io.actd.backend.Bucket;
import io.actd.backend.MemoryBackend;
import io.actd.backend.WriteBatch;
import io.actd.mvcc.StoreMember.Command;
import io.actd.mvcc.StoreModel.Op;
import io.actd.protocol.Refusal;
import io.actd.protocol.mvcc.Event;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** Single statements of the spec about the store. */
final class MvccStoreTest {
    private final MemoryBackend engine = new MemoryBackend();
    private final StoreMember member = new StoreMember(engine, same -> {
        engine.crash();
        return same;
    });

    @Test
    void hashKv_givesTheReferenceHashes() {
        // spec §17.1
        assertEquals(1084519789, Integer.toUnsignedLong(member.hash(1)));
        put("foo", "bar");
        assertEquals(3305255506L, Integer.toUnsignedLong(member.hash(2)));
        put("foo", "baz");
        assertEquals(2020292994, Integer.toUnsignedLong(member.hash(3)));
        delete("foo");
        assertEquals(3153096970L, Integer.toUnsignedLong(member.hash(4)));
        assertEquals(3305255506L, Integer.toUnsignedLong(member.hash(2)));
        assertEquals(-1, member.store.hashKv(0).compactRevision());
        assertEquals(Refusal.FUTURE_REVISION, member.store.hashKv(5).refusal());
    }

    @Test
    void hashKvAtACompactedRevision_isTheOneTakenThen() {
        // spec FM-76
        put("foo", "bar");
        put("foo", "baz");
        long before = member.hash(3);
        compact(3);
        assertEquals(3, member.store.hashKv(3).compactRevision());
        member.compactAll();
        assertEquals(before, member.store.hashKv(3).hash());
        assertEquals(-1, member.store.hashKv(3).compactRevision());
        assertEquals(3, member.store.hashKv(0).compactRevision());
        put("foo", "2");
        compact(4);
        member.compactAll();
        assertEquals(3, member.store.hashKv(4).compactRevision());
        assertNull(member.store.hashKv(3).refusal());
    }

    @Test
    void hashKvOfTheNewestRevision_isNotTheOneTakenAtACompactionToZero() {
        // spec §17.1
        assertNull(member.store.compact(0));
        member.flush();
        member.compactAll();
        put("foo", "bar");
        assertEquals(member.store.hashKv(2).hash(), member.store.hashKv(0).hash());
        assertEquals(2, member.store.hashKv(0).hashRevision());
    }

    @Test
    void putAndDeleteBeforeAFlush_leaveNothingToRead() {
        // D10
        put("a", "1");
        delete("a");
        assertEquals(0, member.store.range(single("a"), 0, 0).count());
        member.beginFlush();
        assertEquals(0, member.store.range(single("a"), 0, 0).count());
        member.endFlush();
        assertEquals(0, member.store.range(single("a"), 0, 0).count());
        assertEquals(
                "1",
                member.store
                        .range(single("a"), 2, 0)
                        .kvs()
                        .getFirst()
                        .getValue()
                        .toStringUtf8());
    }

    @Test
    void killedBeforeACompactionIsMarkedFinished_keepsTheRevision() {
        // D11, spec R-9: everything is deleted, so no row is left to tell the revision.
        put("a", "1");
        delete("a");
        put("b", "1");
        delete("b");
        put("c", "1");
        delete("c");
        compact(7);
        member.flush();
        member.failpoints.arm("compaction-before-finish", name -> {
            throw new IllegalStateException(name);
        });
        var run = dueRun();
        try {
            while (run.step(2)) {}
        } catch (IllegalStateException e) {
            assertEquals("compaction-before-finish", e.getMessage());
        }
        member.failpoints.disarm("compaction-before-finish");
        member.crash();
        assertEquals(7, member.store.revision());
        assertEquals(7, member.store.compactedRevision());
        member.compactAll();
        assertNull(member.store.compactionRun());
        member.crash();
        assertEquals(7, member.store.revision());
        assertEquals(7, member.store.compactedRevision());
    }

    @Test
    void deletionAtExactlyTheCompactedRevision_isStillInTheHistory() {
        // W5, W6, spec C-4
        put("a", "1");
        delete("a");
        put("b", "1");
        compact(3);
        member.compactAll();
        member.crash();
        var page = member.store.history(3, 4, key -> true, 100, 1000);
        assertNull(page.refusal());
        assertEquals(5, page.nextRevision());
        assertEquals(2, page.revisions().size());
        var deleted = page.revisions().getFirst().events().getFirst();
        assertEquals(Event.EventType.DELETE, deleted.getType());
        assertEquals(Pairs.deleted(key("a"), 3), deleted.getKv());
        assertEquals(
                Refusal.COMPACTED,
                member.store.history(2, 4, key -> true, 100, 1000).refusal());
    }

    @Test
    void writeInProgress_readsItsOwnChangesWhileOthersDoNot() {
        put("a", "1");
        var txn = member.store.write();
        assertFalse(txn.changed());
        assertEquals(2, txn.range(all(), 0, 0).storeRevision());
        txn.put(key("b"), key("2"), 0);
        assertEquals(List.of("a", "b"), keys(txn.range(all(), 0, 0)));
        assertEquals(3, txn.range(all(), 0, 0).storeRevision()); // spec R-8
        assertEquals(Refusal.FUTURE_REVISION, txn.range(all(), 3, 0).refusal()); // spec TX-9
        assertEquals(List.of("a"), keys(txn.range(all(), 2, 0)));
        assertEquals(2, txn.delete(all()).size());
        assertNull(txn.get(key("a")));
        assertEquals(List.of("a"), keys(member.store.range(all(), 0, 0)));
        assertEquals(3, txn.events().size());
        assertEquals(3, txn.end());
        assertEquals(0, member.store.range(all(), 0, 0).count());
        assertEquals(0, member.store.keyCount());
    }

    @Test
    void writeWithoutChange_usesNoRevision() {
        // spec R-3
        var txn = member.store.write();
        assertEquals(0, txn.deleteUnread(all()));
        assertEquals(1, txn.end());
        assertEquals(1, member.store.revision());
    }

    @Test
    void compact_refusesAsTheSpecSays() {
        // spec C-1
        assertEquals(Refusal.COMPACTED, member.store.compact(-1));
        assertEquals(Refusal.FUTURE_REVISION, member.store.compact(2));
        assertNull(member.store.compact(0));
        assertEquals(Refusal.COMPACTED, member.store.compact(0));
        assertNull(member.store.compact(1));
        assertNull(member.store.compactionRun(), "not flushed yet");
        member.flush();
        assertEquals(0, dueRun().revision());
        member.compactAll();
        assertNull(member.store.compactionRun());
    }

    @Test
    void loading_tellsLivePairsWithTheirLeases() {
        // spec FM-66
        member.apply(new Command(List.of(new Op(single("a"), key("1"), 7), new Op(single("b"), key("1"), 8)), 0));
        member.apply(new Command(List.of(new Op(single("b"), key("2"), 0), new Op(single("c"), key("1"), 9)), 0));
        delete("c");
        member.flush();
        member.crash();
        assertEquals(Map.of(key("a"), 7L, key("b"), 0L), member.livePairs);
        assertEquals(2, member.store.keyCount());
        assertEquals(2, member.store.range(single("b"), 0, 0).kvs().getFirst().getVersion());
    }

    @Test
    void rowWithoutValue_isARevisionButNoKey() {
        // spec FM-65: left by snapshot restore --bump-revision
        var bump = new WriteBatch();
        bump.put(Bucket.KEY, RowKeys.put(1_000_000, 0), new byte[0]);
        engine.write(bump, true);
        member.crash();
        assertEquals(1_000_000, member.store.revision());
        assertEquals(0, member.store.range(all(), 0, 0).count());
        assertTrue(member.store
                .history(1, 1_000_000, key -> true, 10, 10)
                .revisions()
                .isEmpty());
        put("a", "1");
        compact(1_000_001);
        member.compactAll();
        assertEquals(List.of("a"), keys(member.store.range(all(), 0, 0)));
    }

    @Test
    void bytesInUse_shrinkWithCompactionAndSurviveRestart() {
        for (int i = 0; i < 50; i++) put("a", "v".repeat(100));
        long before = member.store.sizeInUseBytes();
        compact(51);
        member.compactAll();
        long after = member.store.sizeInUseBytes();
        assertTrue(after < before / 40, before + " -> " + after);
        member.crash();
        assertEquals(after, member.store.sizeInUseBytes());
    }

    @Test
    void sameCommandsFlushedAtDifferentMoments_giveTheSameHashes() {
        var other = new StoreMember(new MemoryBackend(), same -> same);
        for (int i = 0; i < 60; i++) {
            var command = i % 20 == 19
                    ? new Command(List.of(), i - 5)
                    : new Command(
                            List.of(
                                    i % 7 == 6
                                            ? new Op(single("k" + i % 5), null, 0)
                                            : new Op(single("k" + i % 5), key("v" + i), 0)),
                            0);
            member.apply(command);
            other.apply(command);
            if (i % 3 == 0) member.compactAll();
            if (i % 10 == 0) other.beginFlush();
            assertEquals(member.hash(0), other.hash(0), "after command " + i);
        }
        member.compactAll();
        other.compactAll();
        assertEquals(member.hash(0), other.hash(0));
        assertEquals(member.backend.hash(), other.backend.hash()); // spec FM-77
        int hash = member.hash(0);
        member.crash();
        assertEquals(hash, member.hash(0));
    }

    @Test
    void largeRange_comesBackWholeAndInOrder() {
        for (int i = 0; i < 500; i++) put("k" + (i * 37) % 500, "v" + i);
        member.flush();
        member.crash();
        for (int i = 0; i < 20; i++) put("k" + i, "new");
        var result = member.store.range(all(), 0, 0);
        assertEquals(500, result.count());
        assertEquals(keys(result).stream().sorted().toList(), keys(result));
        assertEquals(result.kvs(), member.store.range(all(), 0, 0).kvs());
    }

    private MvccStore.CompactionRun dueRun() {
        return Objects.requireNonNull(member.store.compactionRun());
    }

    private void put(String key, String value) {
        member.apply(new Command(List.of(new Op(single(key), key(value), 0)), 0));
    }

    private void delete(String key) {
        member.apply(new Command(List.of(new Op(single(key), null, 0)), 0));
    }

    private void compact(long revision) {
        member.apply(new Command(List.of(), revision));
    }

    private static List<String> keys(RangeResult result) {
        return result.kvs().stream().map(kv -> kv.getKey().toStringUtf8()).toList();
    }

    private static KeyRange all() {
        var open = ByteString.copyFrom(new byte[] {0});
        return KeyRange.of(open, open);
    }

    private static KeyRange single(String key) {
        return KeyRange.of(key(key), ByteString.EMPTY);
    }

    private static ByteString key(String text) {
        return ByteString.copyFromUtf8(text);
    }
}
