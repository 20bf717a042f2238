package io.actd.simulation.client;

import com.google.protobuf.ByteString;
import com.google.protobuf.Message;
import io.actd.check.KeyRange;
import io.actd.protocol.api.Compare;
import io.actd.protocol.api.DeleteRangeRequest;
import io.actd.protocol.api.PutRequest;
import io.actd.protocol.api.RangeRequest;
import io.actd.protocol.api.RequestOp;
import io.actd.protocol.api.TxnRequest;
import java.util.SplittableRandom;

/** Random requests of one client; every value is put once. */
public final class Workload {
    /** What a client mostly does. */
    public enum Mix {
        /** A bit of everything. */
        USUAL,
        /** Puts, large ones among them, and deletes. */
        WRITES,
        /** Puts, and reads of what was just put. */
        READS,
        /** Transactions whose last operation can not be done. */
        DOOMED_TXNS,
        /** Puts, some larger than what is left of a segment of the log, or than a whole one. */
        LARGE
    }

    private static final int KEYS = 12;
    private static final int LARGEST = 40_000;
    private static final long FAR_AWAY = 1_000_000_000;

    private final int client;
    private final Mix mix;
    private final SplittableRandom random;
    private long values;
    private long seenRevision = 1;

    Workload(int client, Mix mix, SplittableRandom random) {
        this.client = client;
        this.mix = mix;
        this.random = random;
    }

    /** The newest revision this client has seen. */
    void saw(long revision) {
        seenRevision = Math.max(seenRevision, revision);
    }

    Message next() {
        return switch (mix) {
            case USUAL -> usual();
            case WRITES -> random.nextInt(8) == 0 ? usual() : random.nextInt(4) == 0 ? delete() : put();
            case READS -> random.nextInt(3) == 0 ? put() : get();
            case DOOMED_TXNS -> random.nextBoolean() ? usual() : doomed();
            case LARGE -> random.nextInt(3) == 0 ? usual() : large();
        };
    }

    private Message usual() {
        return switch (random.nextInt(16)) {
            case 0 -> all(random.nextBoolean());
            case 1, 2, 3 -> get();
            case 4, 5 ->
                RangeRequest.newBuilder().setKey(key()).setSerializable(true).build();
            case 6 -> past();
            case 7, 8 -> delete();
            case 9, 10, 11 -> txn();
            case 12 -> readOnlyTxn();
            default -> put();
        };
    }

    private RangeRequest get() {
        return RangeRequest.newBuilder().setKey(key()).build();
    }

    private RangeRequest all(boolean serializable) {
        return RangeRequest.newBuilder()
                .setKey(KeyRange.ZERO)
                .setRangeEnd(KeyRange.ZERO)
                .setSerializable(serializable)
                .setLimit(random.nextInt(3) == 0 ? 1 + random.nextInt(KEYS) : 0)
                .build();
    }

    private RangeRequest past() {
        return past(all(false));
    }

    private RangeRequest past(RangeRequest range) {
        long back = Math.min(seenRevision - 1, random.nextInt(10));
        return range.toBuilder().setRevision(seenRevision - back).build();
    }

    /** Of a txn that changes something: the past, too, of which members may have compacted more or less (faults D6). */
    private RequestOp range(RangeRequest present) {
        var range = random.nextInt(3) == 0 ? past(present) : present;
        return RequestOp.newBuilder().setRequestRange(range).build();
    }

    PutRequest put() {
        return put(key());
    }

    private PutRequest put(ByteString key) {
        return PutRequest.newBuilder()
                .setKey(key)
                .setValue(ByteString.copyFromUtf8("c" + client + "." + values++ + padding()))
                .setPrevKv(random.nextInt(4) == 0)
                .build();
    }

    /** Now and then a large value, so that segments and messages fill. */
    private String padding() {
        return random.nextInt(16) == 0 ? "x".repeat(random.nextInt(4000)) : "";
    }

    private PutRequest large() {
        var put = put();
        int most = random.nextInt(50) == 0 ? LARGEST : LARGEST / 8;
        var more = ByteString.copyFromUtf8("x".repeat(random.nextInt(most)));
        return put.toBuilder().setValue(put.getValue().concat(more)).build();
    }

    private DeleteRangeRequest delete() {
        return delete(key());
    }

    private DeleteRangeRequest delete(ByteString key) {
        return DeleteRangeRequest.newBuilder()
                .setKey(key)
                .setRangeEnd(random.nextInt(4) == 0 ? KeyRange.prefixEnd(key) : ByteString.EMPTY)
                .setPrevKv(random.nextBoolean())
                .build();
    }

    private TxnRequest txn() {
        var put = key();
        var deleted = key();
        var txn = TxnRequest.newBuilder()
                .addCompare(compare(key()))
                .addSuccess(RequestOp.newBuilder().setRequestPut(put(put)))
                .addFailure(RequestOp.newBuilder().setRequestDeleteRange(delete(deleted)));
        if (random.nextInt(3) == 0)
            txn.addSuccess(RequestOp.newBuilder().setRequestTxn(nested(put)))
                    .addFailure(RequestOp.newBuilder().setRequestTxn(nested(deleted)));
        return txn.addSuccess(range(all(false)))
                .addFailure(range(RangeRequest.newBuilder().setKey(key()).build()))
                .build();
    }

    /** Within a txn that changes that key: reads it, compares it as it was before, and changes others. */
    private TxnRequest nested(ByteString changed) {
        return TxnRequest.newBuilder()
                .addCompare(compare(changed))
                .addSuccess(RequestOp.newBuilder()
                        .setRequestRange(RangeRequest.newBuilder().setKey(changed)))
                .addSuccess(RequestOp.newBuilder().setRequestPut(put(otherThan(changed))))
                .addFailure(RequestOp.newBuilder().setRequestDeleteRange(delete(otherThan(changed))))
                .addFailure(RequestOp.newBuilder().setRequestRange(all(false)))
                .build();
    }

    private Compare.Builder compare(ByteString key) {
        return Compare.newBuilder()
                .setKey(key)
                .setTarget(Compare.CompareTarget.forNumber(random.nextInt(3)))
                .setResult(Compare.CompareResult.forNumber(random.nextInt(4)))
                .setVersion(random.nextInt(3));
    }

    /** Puts two keys, and asks for a revision there will not be: neither put may ever be seen (faults D5). */
    private TxnRequest doomed() {
        var first = key();
        var future = all(false).toBuilder().setRevision(seenRevision + FAR_AWAY);
        return TxnRequest.newBuilder()
                .addSuccess(RequestOp.newBuilder().setRequestPut(put(first)))
                .addSuccess(RequestOp.newBuilder().setRequestPut(put(otherThan(first))))
                .addSuccess(RequestOp.newBuilder().setRequestRange(future))
                .build();
    }

    private TxnRequest readOnlyTxn() {
        boolean serializable = random.nextBoolean();
        return TxnRequest.newBuilder()
                .addSuccess(RequestOp.newBuilder()
                        .setRequestRange(RangeRequest.newBuilder().setKey(key()).setSerializable(serializable)))
                .addSuccess(RequestOp.newBuilder().setRequestRange(all(serializable)))
                .build();
    }

    private ByteString otherThan(ByteString key) {
        var other = key();
        while (other.equals(key)) other = key();
        return other;
    }

    private ByteString key() {
        return ByteString.copyFromUtf8("k/" + (char) ('a' + random.nextInt(KEYS)));
    }
}
