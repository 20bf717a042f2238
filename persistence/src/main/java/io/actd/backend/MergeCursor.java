package io.actd.backend;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** One ascending run of rows out of several: of equal keys the earlier source wins, deleted rows are hidden. */
final class MergeCursor implements Backend.Cursor {
    private static final class Source {
        private final Backend.Cursor rows;
        // Null when exhausted.
        private byte @Nullable [] head;

        Source(Backend.Cursor rows) {
            this.rows = rows;
        }

        void advance() {
            head = rows.next() ? rows.key() : null;
        }

        boolean isBelow(byte[] key) {
            return head != null && Arrays.compareUnsigned(head, key) < 0;
        }
    }

    private final List<Source> sources = new ArrayList<>();
    private @Nullable Source current;
    private boolean started;

    /** Takes over the sources; newest first. */
    MergeCursor(List<Backend.Cursor> newestFirst) {
        newestFirst.forEach(rows -> sources.add(new Source(rows)));
    }

    @Override
    public boolean next() {
        do {
            leaveCurrentKey();
            current = smallest();
        } while (current != null && current.rows.value() == Layer.DELETED);
        return current != null;
    }

    private void leaveCurrentKey() {
        if (!started) {
            sources.forEach(Source::advance);
            started = true;
        } else if (current != null) {
            var key = current.head;
            for (var source : sources) {
                if (source.head != null && Arrays.equals(source.head, key)) source.advance();
            }
        }
    }

    private @Nullable Source smallest() {
        Source best = null;
        for (var source : sources) {
            if (source.head != null && (best == null || best.head == null || source.isBelow(best.head))) best = source;
        }
        return best;
    }

    @Override
    public void seek(byte[] key) {
        if (!started) {
            sources.forEach(source -> source.rows.seek(key));
            return;
        }
        if (current != null && !current.isBelow(key)) return;
        for (var source : sources) {
            if (!source.isBelow(key)) continue;
            source.rows.seek(key);
            source.advance();
        }
        // All sources stand at or behind the key: the next row is the smallest of them, none has to be left.
        current = null;
    }

    @Override
    public byte[] key() {
        return Objects.requireNonNull(Objects.requireNonNull(current, "no row").head);
    }

    @Override
    public byte[] value() {
        return Objects.requireNonNull(current, "no row").rows.value();
    }

    @Override
    public void close() {
        sources.forEach(source -> source.rows.close());
    }
}
