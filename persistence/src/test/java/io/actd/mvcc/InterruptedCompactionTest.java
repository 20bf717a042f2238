package io.actd.mvcc;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import com.google.protobuf.ByteString;
import io.actd.backend.MemoryBackend;
import io.actd.mvcc.StoreMember.Command;
import io.actd.mvcc.StoreModel.Op;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A compaction killed after each of its batches in turn; the rest is done after the restart (D11). */
final class InterruptedCompactionTest {
    private static final int WRITES = 40;
    private static final int COMPACT_AT = 30;

    /** The process dies here. */
    private static final class Died extends RuntimeException {}

    @Test
    void killedAfterAnyBatch_readsAndHashesAsIfNothingHappened() {
        var expected = finishedWithoutTrouble();
        int hash = expected.hash(0);
        for (int batches = 1; ; batches++) {
            var engine = new MemoryBackend();
            var member = written(engine);
            if (!dieAfter(batches, member)) break;
            member.failpoints.disarm("compaction-after-batch");
            member.crash();
            assertEquals(COMPACT_AT, member.store.compactedRevision());
            assertEquals(WRITES + 1, member.store.revision());
            assertEquals(hash, member.hash(0), "before the rest is removed");
            assertSameReads(expected, member);
            member.compactAll();
            assertNull(member.store.compactionRun());
            assertEquals(hash, member.hash(0));
            assertEquals(expected.backend.hash(), member.backend.hash());
            assertEquals(expected.store.sizeInUseBytes(), member.store.sizeInUseBytes());
            assertSameReads(expected, member);
        }
    }

    private static StoreMember finishedWithoutTrouble() {
        var member = written(new MemoryBackend());
        member.compactAll();
        return member;
    }

    private static StoreMember written(MemoryBackend engine) {
        var member = new StoreMember(engine, same -> {
            engine.crash();
            return same;
        });
        for (int i = 0; i < WRITES; i++) {
            var key = KeyRange.of(ByteString.copyFromUtf8("k" + i % 6), ByteString.EMPTY);
            member.apply(
                    new Command(List.of(new Op(key, i % 10 == 8 ? null : ByteString.copyFromUtf8("v" + i), 0)), 0));
        }
        member.apply(new Command(List.of(), COMPACT_AT));
        member.flush();
        return member;
    }

    /** False if the compaction ended before that. */
    private static boolean dieAfter(int batches, StoreMember member) {
        int[] left = {batches};
        member.failpoints.arm("compaction-after-batch", name -> {
            if (--left[0] == 0) throw new Died();
        });
        try {
            member.compactAll();
            return false;
        } catch (Died e) {
            return true;
        }
    }

    private static void assertSameReads(StoreMember expected, StoreMember member) {
        var all = KeyRange.of(ByteString.copyFrom(new byte[] {0}), ByteString.copyFrom(new byte[] {0}));
        for (long at = COMPACT_AT; at <= WRITES + 1; at++) {
            assertEquals(expected.store.range(all, at, 0), member.store.range(all, at, 0));
        }
        assertEquals(
                expected.store.history(COMPACT_AT, WRITES + 1, key -> true, 1000, 100_000),
                member.store.history(COMPACT_AT, WRITES + 1, key -> true, 1000, 100_000));
    }
}
