package io.actd.apply;

import com.google.protobuf.ByteString;
import io.actd.mvcc.KeyRange;
import io.actd.protocol.api.RequestOp;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Finds two changes of one key in one branch of a txn (spec TX-4), as far as etcd finds them (spec TX-5).
 *
 * <p>One instance stands for one list of operations: the keys it puts and the ranges it deletes, those of its nested
 * txns included. Both branches of a nested txn exclude each other, so they may put the same key.
 */
final class TxnOverlaps {
    private final Set<ByteString> puts = new HashSet<>();
    private final Set<ByteString> deletedKeys = new HashSet<>();
    private final List<KeyRange> deletedRanges = new ArrayList<>();
    private boolean found;

    private TxnOverlaps() {}

    /** True if one of the operations changes what another one puts. */
    static boolean in(List<RequestOp> ops) {
        if (ops.isEmpty() || (ops.size() == 1 && !ops.get(0).hasRequestTxn())) return false;
        return collect(ops).found;
    }

    /** Deletes of the list first, then nested txns in order, then puts of the list: each is held against all before. */
    private static TxnOverlaps collect(List<RequestOp> ops) {
        var all = new TxnOverlaps();
        for (RequestOp op : ops) {
            if (op.hasRequestDeleteRange()) {
                var delete = op.getRequestDeleteRange();
                all.delete(KeyRange.of(delete.getKey(), delete.getRangeEnd()));
            }
        }
        for (RequestOp op : ops) {
            if (op.hasRequestTxn()) {
                all.nested(
                        collect(op.getRequestTxn().getSuccessList()),
                        collect(op.getRequestTxn().getFailureList()));
            }
        }
        for (RequestOp op : ops) {
            if (op.hasRequestPut()) all.put(op.getRequestPut().getKey());
        }
        return all;
    }

    private void delete(KeyRange range) {
        if (range.isSingle()) {
            deletedKeys.add(range.key());
        } else if (!range.isOpen()) { // etcd does not see open-ended deletes here (spec TX-5)
            deletedRanges.add(range);
        }
    }

    private void put(ByteString key) {
        if (!puts.add(key) || isDeleted(key)) found = true;
    }

    private void nested(TxnOverlaps success, TxnOverlaps failure) {
        found |= success.found || failure.found;
        for (ByteString key : success.puts) put(key);
        for (ByteString key : failure.puts) {
            if (!success.puts.contains(key)) put(key);
        }
        deletedKeys.addAll(success.deletedKeys);
        deletedKeys.addAll(failure.deletedKeys);
        deletedRanges.addAll(success.deletedRanges);
        deletedRanges.addAll(failure.deletedRanges);
    }

    private boolean isDeleted(ByteString key) {
        if (deletedKeys.contains(key)) return true;
        for (KeyRange range : deletedRanges) {
            if (range.contains(key)) return true;
        }
        return false;
    }
}
