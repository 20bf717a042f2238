package io.actd.mvcc;

import com.google.protobuf.ByteString;
import io.actd.backend.BufferedBackend;
import io.actd.protocol.Refusal;
import io.actd.protocol.mvcc.KeyValue;
import io.actd.world.World;
import java.util.List;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The multi-version store: every revision of every key since the last compaction.
 *
 * <p>One writer thread ({@link #write}, {@link #compact}); all reads may run on any thread meanwhile and see a single
 * revision. Reads never wait for the writer nor the writer for them.
 */
public final class MvccStore {
    /** Called for each live pair while loading. */
    @FunctionalInterface
    public interface LivePairs {
        void pair(ByteString key, long lease);
    }

    /** Loads the key index from the backend (spec FM-66); an interrupted compaction is to be resumed by the caller. */
    public static MvccStore load(BufferedBackend backend, World world, LivePairs livePairs) {
        throw new UnsupportedOperationException();
    }

    /** Main revision of the last finished write; 1 in a new store (spec R-1). */
    public long revision() {
        throw new UnsupportedOperationException();
    }

    /** Last accepted compaction, -1 if none (spec FM-66). */
    public long compactedRevision() {
        throw new UnsupportedOperationException();
    }

    /** Live keys now. */
    public long keyCount() {
        throw new UnsupportedOperationException();
    }

    /**
     * Pairs of the range (spec RG-4 to RG-8).
     *
     * @param atRevision 0 or less: newest
     * @param limit 0: all; -1: count only, no pairs
     */
    public RangeResult range(KeyRange range, long atRevision, long limit) {
        throw new UnsupportedOperationException();
    }

    /** The pair as of a revision, null if absent, compacted or in the future: for prev_kv of events (spec W-12). */
    public @Nullable KeyValue getAt(ByteString key, long atRevision) {
        throw new UnsupportedOperationException();
    }

    /** Begins a write at {@code revision() + 1}. Writer thread; at most one open. */
    public WriteTxn write() {
        throw new UnsupportedOperationException();
    }

    /**
     * Events of revisions {@code from..to} (inclusive), oldest first, restricted to keys the filter accepts; blocking
     * I/O. Stops after {@code maxRevisions} distinct revisions or about {@code maxBytes}, but never inside a revision.
     */
    public HistoryPage history(long from, long to, Predicate<ByteString> keys, int maxRevisions, long maxBytes) {
        throw new UnsupportedOperationException();
    }

    /**
     * @param refusal {@link Refusal#COMPACTED} if {@code from} is below the compacted revision, else null
     * @param revisions those with at least one matching event
     * @param nextRevision where to go on; {@code to + 1} when all was read
     */
    public record HistoryPage(@Nullable Refusal refusal, List<RevisionEvents> revisions, long nextRevision) {}

    /** Accepts a compaction: reads below are refused from now on. Writer thread. Null if accepted (spec C-1). */
    public @Nullable Refusal compact(long revision) {
        throw new UnsupportedOperationException();
    }

    /**
     * The physical part of the last accepted, unfinished compaction, null if none. Begin it only after a flush that was
     * cut after {@link #compact} has ended; run its steps on a thread that may block.
     */
    public @Nullable CompactionRun compactionRun() {
        throw new UnsupportedOperationException();
    }

    /** Removes old rows in batches; each step is durable on its own, the last marks it finished (spec C-4, D11). */
    public interface CompactionRun {
        long revision();

        /** Removes up to {@code maxRows} rows; false when finished and marked. */
        boolean step(int maxRows);
    }

    /** HashKV (spec §17.1, FM-75, FM-76). {@code atRevision} 0: newest. Blocking I/O. */
    public HashResult hashKv(long atRevision) {
        throw new UnsupportedOperationException();
    }

    /** Answer of HashKV; {@code refusal} null if fine. */
    public record HashResult(
            @Nullable Refusal refusal, int hash, long compactRevision, long hashRevision, long storeRevision) {}
}
