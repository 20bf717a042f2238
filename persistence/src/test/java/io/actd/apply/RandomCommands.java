package io.actd.apply;

import static io.actd.apply.Requests.bytes;

import com.google.protobuf.ByteString;
import io.actd.protocol.api.CompactionRequest;
import io.actd.protocol.api.Compare;
import io.actd.protocol.api.DeleteRangeRequest;
import io.actd.protocol.api.InternalRaftRequest;
import io.actd.protocol.api.PutRequest;
import io.actd.protocol.api.RangeRequest;
import io.actd.protocol.api.RequestOp;
import io.actd.protocol.api.TxnRequest;
import java.util.SplittableRandom;

/** Commands a client could send, from a seed: few keys and leases, so that they meet. */
final class RandomCommands {
    private static final int KEYS = 8;
    private static final int LEASES = 4;

    private final SplittableRandom random;

    RandomCommands(long seed) {
        this.random = new SplittableRandom(seed);
    }

    int below(int bound) {
        return random.nextInt(bound);
    }

    private boolean chance(int percent) {
        return random.nextInt(100) < percent;
    }

    /** @param revision store revision now, so that revisions asked for are around it */
    InternalRaftRequest.Builder next(long revision) {
        var command = InternalRaftRequest.newBuilder();
        int dice = below(100);
        if (dice < 40) return command.setPut(put());
        if (dice < 55) return command.setDeleteRange(delete());
        if (dice < 80) return command.setTxn(validTxn(revision));
        if (dice < 84) {
            return command.setCompaction(CompactionRequest.newBuilder().setRevision(around(revision)));
        }
        if (dice < 93) return Machine.grantCommand(1 + below(LEASES), below(5));
        return Machine.revokeCommand(1 + below(LEASES));
    }

    RangeRequest range(long revision) {
        var range = RangeRequest.newBuilder().setKey(key());
        if (chance(70)) range.setRangeEnd(end());
        if (chance(30)) range.setRevision(around(revision));
        if (chance(40)) range.setLimit(below(4) - 1);
        if (chance(30)) range.setSortOrderValue(below(3)).setSortTargetValue(below(5));
        if (chance(15)) range.setMinModRevision(around(revision));
        if (chance(15)) range.setMaxModRevision(around(revision));
        if (chance(10)) range.setMinCreateRevision(around(revision));
        if (chance(10)) range.setMaxCreateRevision(around(revision));
        return range.setKeysOnly(chance(15)).setCountOnly(chance(10)).build();
    }

    private PutRequest put() {
        var put = PutRequest.newBuilder().setKey(key()).setPrevKv(chance(30));
        if (chance(15)) {
            put.setIgnoreValue(true);
        } else {
            put.setValue(value());
        }
        if (chance(15)) {
            put.setIgnoreLease(true);
        } else if (chance(40)) {
            put.setLease(1 + below(LEASES));
        }
        return put.build();
    }

    private DeleteRangeRequest delete() {
        var delete = DeleteRangeRequest.newBuilder().setKey(key()).setPrevKv(chance(50));
        if (chance(40)) delete.setRangeEnd(end());
        return delete.build();
    }

    private TxnRequest validTxn(long revision) {
        while (true) {
            var txn = txn(revision, 2);
            if (RequestChecks.check(txn, 128) == null) return txn;
        }
    }

    private TxnRequest txn(long revision, int depth) {
        var txn = TxnRequest.newBuilder();
        for (int i = below(3); i > 0; i--) txn.addCompare(compare(revision));
        for (int i = below(5); i > 0; i--) txn.addSuccess(op(revision, depth));
        for (int i = below(4); i > 0; i--) txn.addFailure(op(revision, depth));
        return txn.build();
    }

    private RequestOp op(long revision, int depth) {
        int dice = below(depth > 0 ? 10 : 8);
        if (dice < 3) return RequestOp.newBuilder().setRequestPut(put()).build();
        if (dice < 5)
            return RequestOp.newBuilder().setRequestDeleteRange(delete()).build();
        if (dice < 8)
            return RequestOp.newBuilder().setRequestRange(range(revision)).build();
        return RequestOp.newBuilder().setRequestTxn(txn(revision, depth - 1)).build();
    }

    private Compare compare(long revision) {
        var compare =
                Compare.newBuilder().setKey(key()).setTargetValue(below(5)).setResultValue(below(4));
        if (chance(20)) compare.setRangeEnd(end());
        switch (below(6)) {
            case 0 -> compare.setVersion(below(3));
            case 1 -> compare.setCreateRevision(around(revision));
            case 2 -> compare.setModRevision(around(revision));
            case 3 -> compare.setValue(value());
            case 4 -> compare.setLease(below(LEASES + 1));
            default -> {} // none
        }
        return compare.build();
    }

    private ByteString key() {
        return bytes(String.valueOf((char) ('a' + below(KEYS))));
    }

    private ByteString end() {
        return chance(25) ? Requests.OPEN : key();
    }

    private ByteString value() {
        return bytes("v" + below(5));
    }

    private long around(long revision) {
        return switch (below(10)) {
            case 0 -> revision + 1;
            case 1 -> -1;
            case 2 -> 0;
            default -> Math.max(0, revision - below(12));
        };
    }
}
