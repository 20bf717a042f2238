package io.actd.e2e.load;

import com.google.protobuf.ByteString;
import com.google.protobuf.Message;
import io.actd.check.KeyRange;
import io.actd.protocol.api.Compare;
import io.actd.protocol.api.DeleteRangeRequest;
import io.actd.protocol.api.LeaseGrantRequest;
import io.actd.protocol.api.LeaseRevokeRequest;
import io.actd.protocol.api.PutRequest;
import io.actd.protocol.api.RangeRequest;
import io.actd.protocol.api.RequestOp;
import io.actd.protocol.api.TxnRequest;
import java.util.SplittableRandom;

/** Requests of one client on a few keys, where clients get in each other's way; no two puts have the same value. */
final class RandomRequests {
    private static final int KEYS = 24;
    /** Twice as far as compactions stay behind. */
    private static final int PAST = 60;

    private static final int SHARED_LEASES = 4;
    private static final long SHARED_LEASE_SECONDS = 100_000;
    private static final ByteString PREFIX = ByteString.copyFromUtf8("key/");

    private final int client;
    private final SplittableRandom random;
    private long values;

    RandomRequests(int client, SplittableRandom random) {
        this.client = client;
        this.random = random;
    }

    /** One of {@code bound} choices. */
    int choose(int bound) {
        return random.nextInt(bound);
    }

    PutRequest put() {
        return PutRequest.newBuilder()
                .setKey(key())
                .setValue(ByteString.copyFromUtf8(client + "." + random.nextInt() + "." + values++))
                .setLease(random.nextInt(8) == 0 ? sharedLease() : 0)
                .setPrevKv(random.nextBoolean())
                .build();
    }

    /** A lease on which several clients hang pairs, if it is there. */
    private long sharedLease() {
        return 1L + random.nextInt(SHARED_LEASES);
    }

    LeaseRevokeRequest revoke() {
        return LeaseRevokeRequest.newBuilder().setID(sharedLease()).build();
    }

    static LeaseGrantRequest grantAgain(LeaseRevokeRequest revoked) {
        return LeaseGrantRequest.newBuilder()
                .setID(revoked.getID())
                .setTTL(SHARED_LEASE_SECONDS)
                .build();
    }

    DeleteRangeRequest delete() {
        ByteString key = key();
        boolean several = random.nextInt(4) == 0;
        return DeleteRangeRequest.newBuilder()
                .setKey(key)
                .setRangeEnd(several ? KeyRange.prefixEnd(key) : ByteString.EMPTY)
                .setPrevKv(random.nextBoolean())
                .build();
    }

    /** A compare-and-set, often in vain; it may read the past, not long before this revision, too. */
    TxnRequest txn(long seen) {
        Compare.Builder compare = Compare.newBuilder()
                .setKey(key())
                .setTarget(Compare.CompareTarget.VERSION)
                .setResult(Compare.CompareResult.forNumber(random.nextInt(4)))
                .setVersion(random.nextInt(3));
        return TxnRequest.newBuilder()
                .addCompare(compare)
                .addSuccess(RequestOp.newBuilder().setRequestPut(put()))
                .addSuccess(RequestOp.newBuilder()
                        .setRequestRange(
                                choose(8) == 0
                                        ? past(seen).toBuilder()
                                                .clearSerializable()
                                                .build()
                                        : one(false)))
                .addFailure(RequestOp.newBuilder().setRequestDeleteRange(delete()))
                .addFailure(RequestOp.newBuilder().setRequestRange(all(false)))
                .build();
    }

    /** Some key, or all, as of a revision not long before this one; it may be compacted. */
    RangeRequest past(long seen) {
        RangeRequest range = random.nextBoolean() ? one(random.nextBoolean()) : all(random.nextBoolean());
        return range.toBuilder()
                .setRevision(Math.max(1, seen - random.nextInt(PAST)))
                .build();
    }

    RangeRequest one(boolean serializable) {
        return RangeRequest.newBuilder()
                .setKey(key())
                .setSerializable(serializable)
                .build();
    }

    RangeRequest all(boolean serializable) {
        return RangeRequest.newBuilder()
                .setKey(PREFIX)
                .setRangeEnd(KeyRange.prefixEnd(PREFIX))
                .setSerializable(serializable)
                .build();
    }

    /** Any of these but a serializable read: of all that is in flight at once, no order is known. */
    Message any(long seen) {
        return switch (choose(8)) {
            case 0 -> delete();
            case 1, 2 -> txn(seen);
            case 3, 4 -> one(false);
            default -> put();
        };
    }

    private ByteString key() {
        return key(random.nextInt(KEYS));
    }

    /** One of the few keys. */
    static ByteString key(int index) {
        return PREFIX.concat(ByteString.copyFromUtf8(Integer.toString(index % KEYS)));
    }
}
