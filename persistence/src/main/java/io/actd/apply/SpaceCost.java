package io.actd.apply;

import io.actd.protocol.api.InternalRaftRequest;
import io.actd.protocol.api.PutRequest;
import io.actd.protocol.api.RequestOp;
import io.actd.protocol.api.TxnRequest;
import java.util.List;

/** How many bytes of the space quota a command is counted for (spec MT-6). */
final class SpaceCost {
    private static final long PUT_OVERHEAD_BYTES = 256;
    private static final long LEASE_BYTES = 64;

    private SpaceCost() {}

    static long of(InternalRaftRequest request) {
        if (request.hasPut()) return of(request.getPut());
        if (request.hasTxn()) return of(request.getTxn());
        return request.hasLeaseGrant() ? LEASE_BYTES : 0;
    }

    private static long of(PutRequest put) {
        return PUT_OVERHEAD_BYTES + put.getKey().size() + put.getValue().size();
    }

    private static long of(TxnRequest txn) {
        return Math.max(of(txn.getSuccessList()), of(txn.getFailureList()));
    }

    private static long of(List<RequestOp> ops) {
        long sum = 0;
        for (RequestOp op : ops) {
            if (op.hasRequestPut()) {
                sum += of(op.getRequestPut());
            } else if (op.hasRequestTxn()) {
                sum += of(op.getRequestTxn());
            }
        }
        return sum;
    }
}
