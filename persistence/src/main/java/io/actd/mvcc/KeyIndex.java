package io.actd.mvcc;

import java.util.Arrays;
import java.util.concurrent.ConcurrentNavigableMap;
import java.util.concurrent.ConcurrentSkipListMap;
import org.jspecify.annotations.Nullable;

/**
 * Every key with its history, on the heap: about 100 bytes for a key of 8 bytes put once.
 *
 * <p>Readers take no lock. The writer and a compaction each swap whole histories atomically, and whoever loses tries
 * again on what the other left, so a history emptied by a compaction cannot swallow a put that comes at the same time.
 */
final class KeyIndex {
    private final ConcurrentSkipListMap<byte[], KeyHistory> histories =
            new ConcurrentSkipListMap<>(Arrays::compareUnsigned);

    @Nullable
    KeyHistory get(byte[] key) {
        return histories.get(key);
    }

    /** Keys of a range with more than one possible key, ascending; a live view. */
    ConcurrentNavigableMap<byte[], KeyHistory> slice(KeyRange range) {
        var from = range.key().toByteArray();
        if (range.isOpen()) return histories.tailMap(from, true);
        var to = range.end().toByteArray();
        // An inverted range is empty (spec K-3).
        return histories.subMap(from, true, Arrays.compareUnsigned(from, to) < 0 ? to : from, false);
    }

    ConcurrentNavigableMap<byte[], KeyHistory> all() {
        return histories;
    }

    /** Adds a put; the array is kept if the key is new. Writer only. */
    KeyHistory put(byte[] key, long main, int sub) {
        return histories.compute(
                key, (k, known) -> known == null ? KeyHistory.created(main, sub) : known.put(main, sub));
    }

    /** Adds the deletion of a live key. Writer only. */
    void delete(byte[] key, long main, int sub) {
        histories.computeIfPresent(key, (k, known) -> known.deleted(main, sub));
    }

    /** While loading: sets the history of a new key, or returns the one it has. */
    @Nullable
    KeyHistory loadIfAbsent(byte[] key, KeyHistory history) {
        return histories.putIfAbsent(key, history);
    }

    /** While loading: sets the history of a key. */
    void load(byte[] key, KeyHistory history) {
        histories.put(key, history);
    }

    /** Forgets what a compaction removes of one key. */
    void compact(byte[] key, long revision) {
        while (true) {
            var known = histories.get(key);
            if (known == null) return;
            var left = known.compacted(revision);
            if (left == known) return;
            boolean swapped = left == null ? histories.remove(key, known) : histories.replace(key, known, left);
            if (swapped) return;
        }
    }

    boolean anyLiveAt(long revision) {
        for (var history : histories.values()) {
            if (history.isLiveAt(revision)) return true;
        }
        return false;
    }
}
