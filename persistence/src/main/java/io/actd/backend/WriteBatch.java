package io.actd.backend;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Rows to put and delete, in order. Not thread-safe. */
public final class WriteBatch {
    /**
     * Never compared, so arrays do no harm.
     *
     * @param value null to delete
     */
    @SuppressWarnings("ArrayRecordComponent")
    public record Row(Bucket bucket, byte[] key, byte @Nullable [] value) {}

    private final List<Row> rows = new ArrayList<>();

    public void put(Bucket bucket, byte[] key, byte[] value) {
        rows.add(new Row(bucket, key, value));
    }

    public void delete(Bucket bucket, byte[] key) {
        rows.add(new Row(bucket, key, null));
    }

    public List<Row> rows() {
        return rows;
    }

    public boolean isEmpty() {
        return rows.isEmpty();
    }
}
