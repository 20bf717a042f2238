package io.actd.apply;

import io.actd.protocol.api.RequestOp;
import io.actd.protocol.api.TxnRequest;
import java.util.ArrayList;
import java.util.List;

/**
 * The branches a txn takes. All of them are chosen before anything runs, so a nested compare never sees an earlier
 * operation of its own txn (spec TX-6).
 *
 * @param succeeded whether the compares held
 * @param nested paths of the nested txns among {@link #ops}, in order
 */
record TxnPath(TxnRequest txn, boolean succeeded, List<TxnPath> nested) {
    static TxnPath choose(View before, TxnRequest txn) {
        boolean succeeded = Compares.hold(before, txn.getCompareList());
        List<TxnPath> nested = List.of();
        for (RequestOp op : succeeded ? txn.getSuccessList() : txn.getFailureList()) {
            if (!op.hasRequestTxn()) continue;
            if (nested.isEmpty()) nested = new ArrayList<>();
            nested.add(choose(before, op.getRequestTxn()));
        }
        return new TxnPath(txn, succeeded, nested);
    }

    /** The operations of the branch taken. */
    List<RequestOp> ops() {
        return succeeded ? txn.getSuccessList() : txn.getFailureList();
    }
}
