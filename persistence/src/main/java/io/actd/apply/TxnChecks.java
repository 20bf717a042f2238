package io.actd.apply;

import com.google.protobuf.ByteString;
import io.actd.mvcc.KeyRange;
import io.actd.protocol.Refusal;
import io.actd.protocol.api.PutRequest;
import io.actd.protocol.api.RangeRequest;
import io.actd.protocol.api.RequestOp;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Holds the operations on a txn's path against the state before it, so that a txn that has begun to run can not fail
 * (spec TX-8). Puts are looked at before ranges.
 */
final class TxnChecks {
    private final View before;
    private final LeaseTable leases;
    private final long compactedRevision;
    private boolean keeping;

    TxnChecks(View before, LeaseTable leases, long compactedRevision) {
        this.before = before;
        this.leases = leases;
        this.compactedRevision = compactedRevision;
    }

    @Nullable
    Refusal check(TxnPath path) {
        var refusal = each(path, op -> op.hasRequestPut() ? check(op.getRequestPut()) : null);
        if (refusal == null) {
            refusal = each(path, op -> op.hasRequestRange() ? check(op.getRequestRange()) : null);
        }
        return refusal == null && keeping ? each(path, new KeptKeys()) : refusal;
    }

    /** Depth first, in list order: the order in which the operations would run (spec TX-10). */
    private static @Nullable Refusal each(TxnPath path, Function<RequestOp, @Nullable Refusal> check) {
        int nested = 0;
        for (RequestOp op : path.ops()) {
            var refusal = op.hasRequestTxn() ? each(path.nested().get(nested++), check) : check.apply(op);
            if (refusal != null) return refusal;
        }
        return null;
    }

    private @Nullable Refusal check(PutRequest put) {
        if (put.getIgnoreValue() || put.getIgnoreLease()) {
            keeping = true;
            if (before.get(put.getKey()) == null) return Refusal.KEY_NOT_FOUND;
        }
        return put.getLease() != 0 && !leases.exists(put.getLease()) ? Refusal.LEASE_NOT_FOUND : null;
    }

    private @Nullable Refusal check(RangeRequest range) {
        long revision = range.getRevision();
        if (revision == 0) return null;
        if (revision > before.beginRevision()) return Refusal.FUTURE_REVISION; // spec TX-9
        return revision < compactedRevision ? Refusal.COMPACTED : null;
    }

    /**
     * A put that keeps the value or lease of a key which an earlier operation of the same txn deletes: validation
     * refuses most of these, the rest would have nothing to keep (spec TX-5).
     */
    private static final class KeptKeys implements Function<RequestOp, @Nullable Refusal> {
        private final List<KeyRange> deleted = new ArrayList<>();
        private final Set<ByteString> putSince = new HashSet<>();

        @Override
        public @Nullable Refusal apply(RequestOp op) {
            if (op.hasRequestDeleteRange()) {
                var delete = op.getRequestDeleteRange();
                var range = KeyRange.of(delete.getKey(), delete.getRangeEnd());
                deleted.add(range);
                putSince.removeIf(range::contains);
            } else if (op.hasRequestPut()) {
                var put = op.getRequestPut();
                boolean keeps = put.getIgnoreValue() || put.getIgnoreLease();
                if (putSince.add(put.getKey()) && keeps && isDeleted(put.getKey())) return Refusal.KEY_NOT_FOUND;
            }
            return null;
        }

        private boolean isDeleted(ByteString key) {
            for (KeyRange range : deleted) {
                if (range.contains(key)) return true;
            }
            return false;
        }
    }
}
