package io.actd.backend;

import java.util.Arrays;
import java.util.Iterator;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentNavigableMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** A cursor over a sorted map in memory; rows whose value {@code visible} answers with null are passed over. */
final class RowCursor<V> implements Backend.Cursor {
    private final ConcurrentNavigableMap<byte[], V> rows;
    private final byte @Nullable [] to;
    private final Function<V, byte @Nullable []> visible;
    private final Runnable onClose;
    private Iterator<Map.Entry<byte[], V>> rest;
    private byte @Nullable [] key;
    private byte @Nullable [] value;
    private boolean closed;

    /** {@code onClose} runs once. */
    RowCursor(
            ConcurrentNavigableMap<byte[], V> rows,
            byte[] from,
            byte @Nullable [] to,
            Function<V, byte @Nullable []> visible,
            Runnable onClose) {
        this.rows = rows;
        this.to = to;
        this.visible = visible;
        this.onClose = onClose;
        this.rest = rows.tailMap(from, true).entrySet().iterator();
    }

    @Override
    public boolean next() {
        while (rest.hasNext()) {
            var row = rest.next();
            if (to != null && Arrays.compareUnsigned(row.getKey(), to) >= 0) break;
            var seen = visible.apply(row.getValue());
            if (seen == null) continue;
            key = row.getKey();
            value = seen;
            return true;
        }
        key = null;
        value = null;
        return false;
    }

    @Override
    public void seek(byte[] target) {
        if (key == null || Arrays.compareUnsigned(target, key) > 0) {
            rest = rows.tailMap(target, true).entrySet().iterator();
        }
    }

    @Override
    public byte[] key() {
        return Objects.requireNonNull(key, "no row");
    }

    @Override
    public byte[] value() {
        return Objects.requireNonNull(value, "no row");
    }

    @Override
    public void close() {
        if (closed) return;
        closed = true;
        onClose.run();
    }
}
