package io.actd.apply;

import io.actd.protocol.Refusal;
import io.actd.protocol.api.AlarmRequest;
import io.actd.protocol.api.Compare;
import io.actd.protocol.api.DeleteRangeRequest;
import io.actd.protocol.api.PutRequest;
import io.actd.protocol.api.RangeRequest;
import io.actd.protocol.api.RequestOp;
import io.actd.protocol.api.TxnRequest;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What is wrong with a request before it is proposed (spec O-1 step 6). Null means nothing. */
public final class RequestChecks {
    private RequestChecks() {}

    public static @Nullable Refusal check(RangeRequest request) {
        if (request.getKey().isEmpty()) return Refusal.KEY_NOT_PROVIDED; // spec K-4
        if (request.getSortOrder() == RangeRequest.SortOrder.UNRECOGNIZED
                || request.getSortTarget() == RangeRequest.SortTarget.UNRECOGNIZED) {
            return Refusal.INVALID_SORT_OPTION; // spec RG-14
        }
        return null;
    }

    public static @Nullable Refusal check(PutRequest request) {
        if (request.getKey().isEmpty()) return Refusal.KEY_NOT_PROVIDED; // spec P-1
        if (request.getIgnoreValue() && !request.getValue().isEmpty()) return Refusal.VALUE_PROVIDED; // spec P-5
        if (request.getIgnoreLease() && request.getLease() != 0) return Refusal.LEASE_PROVIDED; // spec P-6
        return null;
    }

    public static @Nullable Refusal check(DeleteRangeRequest request) {
        return request.getKey().isEmpty() ? Refusal.KEY_NOT_PROVIDED : null;
    }

    /** An undefined action would reach every member's log for nothing (spec MT-4). */
    public static @Nullable Refusal check(AlarmRequest request) {
        return request.getAction() == AlarmRequest.AlarmAction.UNRECOGNIZED ? Refusal.INVALID_ALARM_ACTION : null;
    }

    /** @param maxTxnOps limit of spec TX-2 */
    public static @Nullable Refusal check(TxnRequest request, int maxTxnOps) {
        var refusal = shape(request, maxTxnOps);
        if (refusal != null) return refusal;
        return TxnOverlaps.in(request.getSuccessList()) || TxnOverlaps.in(request.getFailureList())
                ? Refusal.DUPLICATE_KEY
                : null;
    }

    /** True if it needs no log entry (spec TX-17). */
    public static boolean isReadOnly(TxnRequest request) {
        return onlyRanges(request.getSuccessList(), false) && onlyRanges(request.getFailureList(), false);
    }

    /** True if it may be answered without a read index (spec TX-18, but never without at least one range). */
    public static boolean isSerializable(TxnRequest request) {
        return request.getSuccessCount() + request.getFailureCount() > 0
                && onlyRanges(request.getSuccessList(), true)
                && onlyRanges(request.getFailureList(), true);
    }

    /** The order of spec TX-1. The limit shrinks with depth, so it also bounds the recursion (spec TX-2). */
    private static @Nullable Refusal shape(TxnRequest request, int maxTxnOps) {
        int operations =
                Math.max(request.getCompareCount(), Math.max(request.getSuccessCount(), request.getFailureCount()));
        if (operations > maxTxnOps) return Refusal.TOO_MANY_OPS;
        for (Compare compare : request.getCompareList()) {
            if (compare.getKey().isEmpty()) return Refusal.KEY_NOT_PROVIDED;
        }
        var refusal = shapes(request.getSuccessList(), maxTxnOps - operations);
        return refusal != null ? refusal : shapes(request.getFailureList(), maxTxnOps - operations);
    }

    private static @Nullable Refusal shapes(List<RequestOp> ops, int maxTxnOps) {
        for (RequestOp op : ops) {
            var refusal =
                    switch (op.getRequestCase()) {
                        case REQUEST_RANGE -> check(op.getRequestRange());
                        case REQUEST_PUT -> check(op.getRequestPut());
                        case REQUEST_DELETE_RANGE -> check(op.getRequestDeleteRange());
                        case REQUEST_TXN -> shape(op.getRequestTxn(), maxTxnOps);
                        case REQUEST_NOT_SET -> Refusal.KEY_NOT_FOUND; // spec TX-3
                    };
            if (refusal != null) return refusal;
        }
        return null;
    }

    private static boolean onlyRanges(List<RequestOp> ops, boolean serializable) {
        for (RequestOp op : ops) {
            if (!op.hasRequestRange()) return false;
            if (serializable && !op.getRequestRange().getSerializable()) return false;
        }
        return true;
    }
}
