package io.actd.e2e.differential;

import io.actd.e2e.client.NewerFields;
import io.etcd.jetcd.api.Compare;
import io.etcd.jetcd.api.RequestOp;
import io.etcd.jetcd.api.TxnRequest;
import java.util.SplittableRandom;

/** Random transactions, nested and sometimes bad. */
final class TxnRequests {
    private static final int DEEPEST = 3;
    private static final int TOO_MANY = 129;

    private final SplittableRandom random;
    private final KvRequests requests;
    private final boolean deletes;

    /**
     * A transaction either deletes or keeps values and leases: etcd crashes when it shall keep what the same
     * transaction has deleted (spec TX-5).
     */
    TxnRequests(SplittableRandom random, KvRequests requests) {
        this.random = random;
        this.requests = requests;
        this.deletes = random.nextBoolean();
    }

    TxnRequest txn() {
        return random.nextInt(100) == 0 ? tooLong() : txn(1);
    }

    private TxnRequest txn(int depth) {
        TxnRequest.Builder txn = TxnRequest.newBuilder();
        for (int i = random.nextInt(3); i > 0; i--) {
            txn.addCompare(compare());
        }
        for (int i = random.nextInt(4); i > 0; i--) {
            txn.addSuccess(op(depth));
        }
        for (int i = random.nextInt(4); i > 0; i--) {
            txn.addFailure(op(depth));
        }
        return txn.build();
    }

    private RequestOp op(int depth) {
        RequestOp.Builder op = RequestOp.newBuilder();
        int dice = random.nextInt(100);
        if (dice < 1) {
            return op.build(); // spec TX-3
        }
        if (dice < 15 && depth < DEEPEST) {
            return op.setRequestTxn(txn(depth + 1)).build();
        }
        if (dice < 45) {
            return op.setRequestRange(requests.range()).build();
        }
        return dice < 65 && deletes
                ? op.setRequestDeleteRange(requests.delete()).build()
                : op.setRequestPut(requests.put(!deletes)).build();
    }

    private TxnRequest tooLong() {
        TxnRequest.Builder txn = TxnRequest.newBuilder();
        for (int i = 0; i < TOO_MANY; i++) {
            txn.addFailure(RequestOp.newBuilder().setRequestRange(requests.range()));
        }
        return txn.build();
    }

    private Compare compare() {
        Compare.Builder compare = Compare.newBuilder()
                .setKey(requests.key())
                .setTargetValue(random.nextInt(20) == 0 ? 9 : random.nextInt(5))
                .setResultValue(random.nextInt(20) == 0 ? 9 : random.nextInt(4));
        if (random.nextInt(4) == 0) {
            compare.setRangeEnd(requests.rangeEnd());
        }
        boolean otherMember = random.nextInt(15) == 0; // spec TX-16
        return switch (otherMember ? random.nextInt(5) : compare.getTargetValue()) {
            case 0 -> compare.setVersion(random.nextInt(4)).build();
            case 1 -> compare.setCreateRevision(requests.revision()).build();
            case 2 -> compare.setModRevision(requests.revision()).build();
            case 3 -> compare.setValue(requests.value()).build();
            case NewerFields.LEASE_TARGET -> lease(compare);
            default -> compare.build();
        };
    }

    private Compare lease(Compare.Builder compare) {
        int target = compare.getTargetValue();
        NewerFields.lease(compare, random.nextBoolean() ? 0 : requests.lease());
        return compare.setTargetValue(target).build();
    }
}
