package io.actd.mvcc;

import com.google.protobuf.ByteString;
import io.actd.backend.Bucket;
import io.actd.backend.BufferedBackend;
import io.actd.protocol.Refusal;
import io.actd.protocol.mvcc.KeyValue;
import io.actd.world.World;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The multi-version store: every revision of every key since the last compaction.
 *
 * <p>One writer thread ({@link #write}, {@link #compact}); all reads may run on any thread meanwhile and see a single
 * revision. Reads never wait for the writer nor the writer for them.
 */
public final class MvccStore {
    /** Memory for pairs that were read lately. */
    public static final long DEFAULT_CACHE_BYTES = 64 << 20;

    // A read picks its revision, reads without any lock, and looks at the compacted revision once more: if that has
    // passed the revision of the read, something may have been missing, and the answer is thrown away.

    /** Called for each live pair while loading. */
    @FunctionalInterface
    public interface LivePairs {
        void pair(ByteString key, long lease);
    }

    private final BufferedBackend backend;
    private final World world;
    private final KeyIndex index;
    private final RowReader rows;
    private final RangeReader reader;
    private final Compactions compactions;
    private final Operations operations = new Operations();
    // Keys and values of all rows of bucket key; those of other buckets are few and small.
    private final AtomicLong rowBytes;
    // Monotonic.
    private volatile long revision;
    // Monotonic; raised before anything is removed.
    private volatile long compactedRevision;
    private volatile long keyCount;
    // Writer only.
    private boolean writing;

    private MvccStore(BufferedBackend backend, World world, StoreLoader loaded, LivePairs livePairs, long cacheBytes) {
        this.backend = backend;
        this.world = world;
        this.index = loaded.index();
        this.rows = new RowReader(backend, cacheBytes);
        this.reader = new RangeReader(index, rows);
        this.compactions = new Compactions(backend);
        this.rowBytes = new AtomicLong(loaded.rowBytes());
        this.keyCount = loaded.tell(livePairs);
        long scheduled = StoreLoader.marked(backend.get(Bucket.META, Compactions.SCHEDULED));
        long finished = StoreLoader.marked(backend.get(Bucket.META, Compactions.FINISHED));
        // FM-66; R-9: never below what was promised to be gone.
        this.revision = Math.max(Math.max(1, loaded.lastMain()), Math.max(scheduled, finished));
        this.compactedRevision = Math.max(scheduled, finished);
        if (scheduled > finished) compactions.add(compaction(scheduled, finished, true));
    }

    /** Loads the key index from the backend (spec FM-66); an interrupted compaction is to be resumed by the caller. */
    public static MvccStore load(BufferedBackend backend, World world, LivePairs livePairs) {
        return load(backend, world, livePairs, DEFAULT_CACHE_BYTES);
    }

    /** As {@link #load(BufferedBackend, World, LivePairs)}, with a cache of so many bytes. */
    public static MvccStore load(BufferedBackend backend, World world, LivePairs livePairs, long cacheBytes) {
        var loader = new StoreLoader();
        loader.load(backend);
        return new MvccStore(backend, world, loader, livePairs, cacheBytes);
    }

    /** Main revision of the last finished write; 1 in a new store (spec R-1). */
    public long revision() {
        return revision;
    }

    /** Last accepted compaction, -1 if none (spec FM-66). */
    public long compactedRevision() {
        return compactedRevision;
    }

    /** Live keys now. */
    public long keyCount() {
        return keyCount;
    }

    /** Reads and writes since it was loaded. */
    public Operations operations() {
        return operations;
    }

    /** Bytes on disk and waiting to get there. */
    public long sizeBytes() {
        return backend.sizeBytes();
    }

    /** Bytes of the rows no compaction has removed: what would be left of {@link #sizeBytes} at best. */
    public long sizeInUseBytes() {
        return rowBytes.get();
    }

    /**
     * Pairs of the range (spec RG-4 to RG-8).
     *
     * @param atRevision 0 or less: newest
     * @param limit 0: all; -1: count only, no pairs
     */
    public RangeResult range(KeyRange range, long atRevision, long limit) {
        operations.range();
        while (true) {
            long current = revision;
            var refusal = refusalAt(atRevision, current);
            if (refusal != null) return new RangeResult(refusal, current, 0, List.of());
            long at = atRevision > 0 ? atRevision : current;
            var result = reader.read(range, at, limit, current);
            if (at >= compactedRevision) {
                if (result == null) throw missingRow(at);
                return result;
            }
            // A compaction came in between: try again, and either see it or read at a newer revision.
        }
    }

    /** The pair as of a revision, null if absent, compacted or in the future: for prev_kv of events (spec W-12). */
    public @Nullable KeyValue getAt(ByteString key, long atRevision) {
        if (atRevision <= 0 || refusalAt(atRevision, revision) != null) return null;
        var result = reader.read(KeyRange.of(key, ByteString.EMPTY), atRevision, 0, atRevision);
        if (atRevision < compactedRevision) return null;
        if (result == null) throw missingRow(atRevision);
        return result.kvs().isEmpty() ? null : result.kvs().getFirst();
    }

    /** Begins a write at {@code revision() + 1}. Writer thread; at most one open. */
    public WriteTxn write() {
        if (writing) throw new IllegalStateException("the write before has not ended");
        writing = true;
        return new StoreWriteTxn(this, index, reader, rows, backend);
    }

    void finish(long newRevision, long addedKeys, long addedBytes) {
        writing = false;
        if (newRevision == revision) return;
        rowBytes.addAndGet(addedBytes);
        long keys = keyCount;
        keyCount = keys + addedKeys;
        revision = newRevision;
    }

    @Nullable
    Refusal refusalAt(long atRevision, long current) {
        if (atRevision > current) return Refusal.FUTURE_REVISION;
        return atRevision > 0 && atRevision < compactedRevision ? Refusal.COMPACTED : null;
    }

    static IllegalStateException missingRow(long revision) {
        return new IllegalStateException("the index names a row that is not stored, read at revision " + revision);
    }

    /**
     * Events of revisions {@code from..to} (inclusive), oldest first, restricted to keys the filter accepts; blocking
     * I/O. Stops after {@code maxRevisions} distinct revisions or about {@code maxBytes}, or after reading a multiple
     * of that without a match, but never inside a revision.
     */
    public HistoryPage history(long from, long to, Predicate<ByteString> keys, int maxRevisions, long maxBytes) {
        if (from < compactedRevision) return HistoryPage.compacted(from);
        long last = Math.min(to, revision);
        if (from > last) return new HistoryPage(null, List.of(), Math.max(from, last + 1));
        var page = new HistoryReader(keys, maxRevisions, maxBytes).read(backend, from, last);
        return from < compactedRevision ? HistoryPage.compacted(from) : page;
    }

    /**
     * @param refusal {@link Refusal#COMPACTED} if {@code from} is below the compacted revision, else null
     * @param revisions those with at least one matching event
     * @param nextRevision where to go on; {@code to + 1} when all was read, but at most {@code revision() + 1}
     */
    public record HistoryPage(@Nullable Refusal refusal, List<RevisionEvents> revisions, long nextRevision) {
        static HistoryPage compacted(long from) {
            return new HistoryPage(Refusal.COMPACTED, List.of(), from);
        }
    }

    /** Accepts a compaction: reads below are refused from now on. Writer thread. Null if accepted (spec C-1). */
    public @Nullable Refusal compact(long atRevision) {
        long previous = compactedRevision;
        if (atRevision <= previous) return Refusal.COMPACTED;
        if (atRevision > revision) return Refusal.FUTURE_REVISION;
        backend.put(Bucket.META, Compactions.SCHEDULED, RowKeys.start(atRevision));
        compactedRevision = atRevision;
        compactions.add(compaction(atRevision, previous, false));
        return null;
    }

    private PhysicalCompaction compaction(long atRevision, long previous, boolean resumed) {
        return new PhysicalCompaction(
                atRevision, previous, resumed, index, backend, compactions, rowBytes, world.failpoints());
    }

    /**
     * The physical part of the oldest unfinished compaction, null if there is none or its acceptance is not flushed
     * yet: ask again after each flush and after each finished run. Steps block; one thread at a time.
     */
    public @Nullable CompactionRun compactionRun() {
        return compactions.due();
    }

    /** Removes old rows in batches; each step is durable on its own, the last marks it finished (spec C-4, D11). */
    public interface CompactionRun {
        long revision();

        /** Looks at up to {@code maxRows} rows and removes what is not kept; false when finished and marked. */
        boolean step(int maxRows);
    }

    /**
     * HashKV (spec §17.1, FM-75): equal on all members at the same revision and compacted revision, whatever is
     * flushed or removed yet. At one of the last compacted revisions, the hash taken then (FM-76). Blocking I/O.
     *
     * @param atRevision 0 or less: newest
     */
    public HashResult hashKv(long atRevision) {
        if (atRevision > 0) {
            var kept = compactions.hashAt(atRevision);
            if (kept.isPresent()) return kept.get().at(revision);
        }
        while (true) {
            long current = revision;
            long compacted = compactedRevision;
            var refusal = refusalAt(atRevision, current);
            if (refusal != null) return new HashResult(refusal, 0, compacted, atRevision, current);
            long at = atRevision > 0 ? atRevision : current;
            int hash = hash(at, compacted);
            // Removing rows for a compaction accepted meanwhile may have changed what was hashed.
            if (compacted == compactedRevision) return new HashResult(null, hash, compacted, at, current);
        }
    }

    private int hash(long at, long compacted) {
        var hash = new KvHash(compacted, !index.anyLiveAt(at));
        try (var all = backend.scan(Bucket.KEY, RowKeys.start(0), RowKeys.start(at + 1))) {
            while (all.next()) {
                long main = RowKeys.main(all.key());
                int sub = RowKeys.sub(all.key());
                boolean tombstone = RowKeys.isTombstone(all.key());
                var history = index.get(Pairs.key(all.value()));
                // A row the compaction has not come to yet counts as gone.
                if (main <= compacted) {
                    boolean stays = history != null
                            && history.isNewestAt(compacted, main, sub)
                            && (!tombstone || main == compacted);
                    if (!stays) continue;
                }
                boolean kept = history != null && history.isNewestAt(at, main, sub) && !tombstone;
                hash.add(all.key(), all.value(), kept);
            }
        }
        return hash.value();
    }

    /** Answer of HashKV; {@code refusal} null if fine. */
    public record HashResult(
            @Nullable Refusal refusal, int hash, long compactRevision, long hashRevision, long storeRevision) {
        HashResult at(long newStoreRevision) {
            return new HashResult(refusal, hash, compactRevision, hashRevision, newStoreRevision);
        }
    }
}
