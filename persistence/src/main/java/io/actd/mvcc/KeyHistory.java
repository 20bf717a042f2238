package io.actd.mvcc;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The changes of one key that are not compacted away, oldest first: where each is stored, not what it says. Immutable
 * to its readers.
 *
 * <p>Example: put at 2, put at 5, deleted at 7, put at 9 (as sub revision 3) is the history
 * {@code [2.0, 5.0, 7.0 t, 9.3]}, with create revision 9 and version 1. At revision 6 it answers 5.0, at 8 the
 * tombstone 7.0. Compacted at 6 it is {@code [5.0, 7.0 t, 9.3]}, at 7 {@code [7.0 t, 9.3]} (the deletion at exactly
 * the compacted revision stays, spec FM-67), at 8 {@code [9.3]}.
 */
abstract sealed class KeyHistory {
    /** A key put once: most keys most of the time, so it is kept small. */
    private static final class Single extends KeyHistory {
        private final long main;
        private final long createRevision;
        private final long version;
        private final int sub;

        Single(long main, int sub, long createRevision, long version) {
            this.main = main;
            this.sub = sub;
            this.createRevision = createRevision;
            this.version = version;
        }

        @Override
        int size() {
            return 1;
        }

        @Override
        int find(long revision) {
            return main <= revision ? 0 : -1;
        }

        @Override
        long main(int at) {
            return main;
        }

        @Override
        int sub(int at) {
            return sub;
        }

        @Override
        boolean isTombstone(int at) {
            return false;
        }

        @Override
        long createRevision() {
            return createRevision;
        }

        @Override
        long version() {
            return version;
        }

        @Override
        KeyHistory with(long newMain, long subAndKind, long newCreateRevision, long newVersion) {
            long[] changes = {main, (long) sub << 1, newMain, subAndKind};
            return new Many(changes, 2, newCreateRevision, newVersion);
        }

        @Override
        KeyHistory from(int first) {
            return this;
        }
    }

    /**
     * Any history. The array is shared with later histories of the key: the one writer adds behind {@code size}, where
     * no reader of this object looks.
     */
    private static final class Many extends KeyHistory {
        // Main at 2i; sub * 2, plus 1 for a tombstone, at 2i + 1.
        private final long[] changes;
        private final long createRevision;
        private final long version;
        private final int size;

        Many(long[] changes, int size, long createRevision, long version) {
            this.changes = changes;
            this.size = size;
            this.createRevision = createRevision;
            this.version = version;
        }

        @Override
        int size() {
            return size;
        }

        @Override
        int find(long revision) {
            if (main(size - 1) <= revision) return size - 1;
            int low = 0;
            int high = size - 1;
            while (low < high) {
                int middle = (low + high) >>> 1;
                if (main(middle) <= revision) {
                    low = middle + 1;
                } else {
                    high = middle;
                }
            }
            return low - 1;
        }

        @Override
        long main(int at) {
            return changes[2 * at];
        }

        @Override
        int sub(int at) {
            return (int) (changes[2 * at + 1] >>> 1);
        }

        @Override
        boolean isTombstone(int at) {
            return (changes[2 * at + 1] & 1) != 0;
        }

        @Override
        long createRevision() {
            return createRevision;
        }

        @Override
        long version() {
            return version;
        }

        @Override
        KeyHistory with(long newMain, long subAndKind, long newCreateRevision, long newVersion) {
            var target = 2 * size < changes.length ? changes : Arrays.copyOf(changes, Math.max(4, 4 * size));
            target[2 * size] = newMain;
            target[2 * size + 1] = subAndKind;
            return new Many(target, size + 1, newCreateRevision, newVersion);
        }

        @Override
        KeyHistory from(int first) {
            if (first == size - 1 && !isTombstone(first)) {
                return new Single(main(first), sub(first), createRevision, version);
            }
            // Never the same array: the writer may be adding to it.
            return new Many(Arrays.copyOfRange(changes, 2 * first, 2 * size), size - first, createRevision, version);
        }
    }

    abstract int size();

    /** Position of the newest change at or below {@code revision}, -1 if there is none. */
    abstract int find(long revision);

    abstract long main(int at);

    abstract int sub(int at);

    abstract boolean isTombstone(int at);

    /** Of the newest pair; 0 if the newest change is a tombstone. */
    abstract long createRevision();

    /** Of the newest pair; 0 if the newest change is a tombstone. */
    abstract long version();

    abstract KeyHistory with(long newMain, long subAndKind, long newCreateRevision, long newVersion);

    abstract KeyHistory from(int first);

    static KeyHistory loaded(long main, int sub, long createRevision, long version) {
        return new Single(main, sub, createRevision, version);
    }

    static KeyHistory created(long main, int sub) {
        return new Single(main, sub, main, 1);
    }

    static KeyHistory deletedBefore(long main, int sub) {
        return new Many(new long[] {main, (long) sub << 1 | 1}, 1, 0, 0);
    }

    final KeyHistory put(long main, int sub) {
        return isLive()
                ? with(main, (long) sub << 1, createRevision(), version() + 1)
                : with(main, (long) sub << 1, main, 1);
    }

    /** A put whose pair is known: what was before it may be compacted away. */
    final KeyHistory putLoaded(long main, int sub, long createRevision, long version) {
        return with(main, (long) sub << 1, createRevision, version);
    }

    final KeyHistory deleted(long main, int sub) {
        return with(main, (long) sub << 1 | 1, 0, 0);
    }

    /** True if the newest change is a pair. */
    final boolean isLive() {
        return version() > 0;
    }

    /** True if the key had a pair at {@code revision}. */
    final boolean isLiveAt(long revision) {
        int at = find(revision);
        return at >= 0 && !isTombstone(at);
    }

    /** True if this change is the newest one at or below {@code revision}. */
    final boolean isNewestAt(long revision, long main, int sub) {
        int at = find(revision);
        return at >= 0 && main(at) == main && sub(at) == sub;
    }

    /** What a compaction leaves (spec FM-67): this object if everything, null if nothing. */
    final @Nullable KeyHistory compacted(long revision) {
        int newest = find(revision);
        if (newest < 0) return this;
        int first = isTombstone(newest) && main(newest) < revision ? newest + 1 : newest;
        if (first == size()) return null;
        return first == 0 ? this : from(first);
    }
}
