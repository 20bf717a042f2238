package io.actd.backend;

import java.util.Arrays;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Rows whose keys only grow, as those of new revisions do: an append costs one comparison and no tree.
 *
 * <p>One writer, any readers: a row is written into the array before {@code size} is raised, and slots below
 * {@code size} never change. A larger array begins with the same rows, so either array serves a reader.
 */
final class AscendingRows {
    private static final int INITIAL_ROWS = 16;

    // Key at 2i, value at 2i + 1.
    private volatile byte[][] rows = new byte[2 * INITIAL_ROWS][];
    private volatile int size;

    /** False, and nothing done, if the key is not above all others. Writer only. */
    boolean append(byte[] key, byte[] value) {
        int n = size;
        var current = rows;
        if (n > 0 && Arrays.compareUnsigned(key, current[2 * n - 2]) <= 0) return false;
        if (2 * n == current.length) {
            current = Arrays.copyOf(current, 4 * n);
            rows = current;
        }
        current[2 * n] = key;
        current[2 * n + 1] = value;
        size = n + 1;
        return true;
    }

    int size() {
        return size;
    }

    byte @Nullable [] get(byte[] key) {
        int n = size;
        var seen = rows;
        int at = firstAtOrAbove(seen, n, key);
        return at < n && Arrays.equals(seen[2 * at], key) ? seen[2 * at + 1] : null;
    }

    void addTo(WriteBatch batch, Bucket bucket) {
        int n = size;
        var seen = rows;
        for (int i = 0; i < n; i++) batch.put(bucket, seen[2 * i], seen[2 * i + 1]);
    }

    Backend.Cursor cursor(byte[] from, byte @Nullable [] to) {
        int n = size;
        var seen = rows;
        int end = to == null ? n : firstAtOrAbove(seen, n, to);
        return new Position(seen, firstAtOrAbove(seen, n, from), end);
    }

    private static int firstAtOrAbove(byte[][] rows, int size, byte[] key) {
        int low = 0;
        int high = size;
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (Arrays.compareUnsigned(rows[2 * middle], key) < 0) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low;
    }

    private static final class Position implements Backend.Cursor {
        private final byte[][] rows;
        private final int end;
        private int next;

        Position(byte[][] rows, int from, int end) {
            this.rows = rows;
            this.next = from;
            this.end = end;
        }

        @Override
        public boolean next() {
            if (next >= end) return false;
            next++;
            return true;
        }

        @Override
        public void seek(byte[] key) {
            next = Math.max(next, firstAtOrAbove(rows, end, key));
        }

        @Override
        public byte[] key() {
            return Objects.requireNonNull(rows[2 * next - 2]);
        }

        @Override
        public byte[] value() {
            return Objects.requireNonNull(rows[2 * next - 1]);
        }

        @Override
        public void close() {}
    }
}
