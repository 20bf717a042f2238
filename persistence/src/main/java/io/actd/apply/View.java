package io.actd.apply;

import com.google.protobuf.ByteString;
import io.actd.mvcc.KeyRange;
import io.actd.mvcc.MvccStore;
import io.actd.mvcc.RangeResult;
import io.actd.mvcc.WriteTxn;
import io.actd.protocol.mvcc.KeyValue;
import org.jspecify.annotations.Nullable;

/** The key space as the operations of one txn see it. */
sealed interface View {
    /** Store revision before the txn (spec R-8). */
    long beginRevision();

    /** Whether the txn has changed anything so far. */
    boolean changed();

    /** The present pair, null if absent. */
    @Nullable
    KeyValue get(ByteString key);

    /** @param atRevision 0 or less: the present state, own changes included */
    RangeResult range(KeyRange range, long atRevision, long limit);

    /** A write under way. */
    record Writing(WriteTxn txn) implements View {
        @Override
        public long beginRevision() {
            return txn.beginRevision();
        }

        @Override
        public boolean changed() {
            return txn.changed();
        }

        @Override
        public @Nullable KeyValue get(ByteString key) {
            return txn.get(key);
        }

        @Override
        public RangeResult range(KeyRange range, long atRevision, long limit) {
            return txn.range(range, atRevision, limit);
        }
    }

    /**
     * The store at one revision, whatever is written meanwhile. A compaction may overtake that revision: then pairs are
     * missing, and the reader must begin anew.
     */
    record Reading(MvccStore store, long beginRevision) implements View {
        static Reading now(MvccStore store) {
            return new Reading(store, store.revision());
        }

        boolean overtaken() {
            return store.compactedRevision() > beginRevision;
        }

        @Override
        public boolean changed() {
            return false;
        }

        @Override
        public @Nullable KeyValue get(ByteString key) {
            var pairs = range(KeyRange.of(key, ByteString.EMPTY), 0, 1).kvs();
            return pairs.isEmpty() ? null : pairs.get(0);
        }

        @Override
        public RangeResult range(KeyRange range, long atRevision, long limit) {
            return store.range(range, atRevision > 0 ? atRevision : beginRevision, limit);
        }
    }
}
