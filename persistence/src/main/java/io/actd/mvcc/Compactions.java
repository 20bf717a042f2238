package io.actd.mvcc;

import io.actd.backend.Bucket;
import io.actd.backend.BufferedBackend;
import io.actd.mvcc.MvccStore.HashResult;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Accepted compactions on their way to be carried out, one after another, and the hashes finished ones leave (spec
 * FM-76). Any thread.
 */
final class Compactions {
    static final byte[] SCHEDULED = "scheduledCompactRev".getBytes(StandardCharsets.US_ASCII);
    static final byte[] FINISHED = "finishedCompactRev".getBytes(StandardCharsets.US_ASCII);
    private static final int KEPT_HASHES = 10;

    private final BufferedBackend backend;
    private final Deque<PhysicalCompaction> unfinished = new ArrayDeque<>();
    private final Deque<HashResult> hashes = new ArrayDeque<>();

    Compactions(BufferedBackend backend) {
        this.backend = backend;
    }

    synchronized void add(PhysicalCompaction compaction) {
        unfinished.addLast(compaction);
    }

    /** The oldest unfinished one, once its acceptance, and so every row it may remove, is flushed. */
    @Nullable
    PhysicalCompaction due() {
        PhysicalCompaction oldest;
        synchronized (this) {
            oldest = unfinished.peekFirst();
        }
        if (oldest == null || flushedMark() < oldest.revision()) return null;
        return oldest;
    }

    private long flushedMark() {
        try (var view = backend.flushed();
                var rows = view.scan(Bucket.META, SCHEDULED, null)) {
            boolean found = rows.next() && Arrays.equals(rows.key(), SCHEDULED);
            return StoreLoader.marked(found ? rows.value() : null);
        }
    }

    /** {@code hash} null: none to keep. */
    synchronized void finished(PhysicalCompaction compaction, @Nullable HashResult hash) {
        unfinished.remove(compaction);
        if (hash == null) return;
        hashes.addLast(hash);
        if (hashes.size() > KEPT_HASHES) hashes.removeFirst();
    }

    synchronized Optional<HashResult> hashAt(long revision) {
        return hashes.stream().filter(h -> h.hashRevision() == revision).findFirst();
    }
}
