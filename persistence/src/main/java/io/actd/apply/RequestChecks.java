package io.actd.apply;

import io.actd.protocol.Refusal;
import io.actd.protocol.api.DeleteRangeRequest;
import io.actd.protocol.api.PutRequest;
import io.actd.protocol.api.RangeRequest;
import io.actd.protocol.api.TxnRequest;
import org.jspecify.annotations.Nullable;

/** What is wrong with a request before it is proposed (spec O-1 step 6). Null means nothing. */
public final class RequestChecks {
    private RequestChecks() {}

    public static @Nullable Refusal check(RangeRequest request) {
        throw new UnsupportedOperationException();
    }

    public static @Nullable Refusal check(PutRequest request) {
        throw new UnsupportedOperationException();
    }

    public static @Nullable Refusal check(DeleteRangeRequest request) {
        throw new UnsupportedOperationException();
    }

    /** @param maxTxnOps limit of spec TX-2 */
    public static @Nullable Refusal check(TxnRequest request, int maxTxnOps) {
        throw new UnsupportedOperationException();
    }

    /** True if it needs no log entry (spec TX-17). */
    public static boolean isReadOnly(TxnRequest request) {
        throw new UnsupportedOperationException();
    }

    /** True if it may be answered without a read index (spec TX-18, but never without at least one range). */
    public static boolean isSerializable(TxnRequest request) {
        throw new UnsupportedOperationException();
    }
}
