package io.actd.check;

import com.google.protobuf.ByteString;
import com.google.protobuf.Message;
import io.actd.protocol.api.Compare;
import io.actd.protocol.api.DeleteRangeRequest;
import io.actd.protocol.api.LeaseRevokeRequest;
import io.actd.protocol.api.PutRequest;
import io.actd.protocol.api.RangeRequest;
import io.actd.protocol.api.RequestOp;
import io.actd.protocol.api.TxnRequest;
import io.actd.protocol.mvcc.Event;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;

/** Makes correct histories of concurrent clients: each call takes effect at one moment between call and return. */
final class SimulatedHistory {
    static final int READER = 7; // asks members for what they have, one thing after another

    private static final int LEASES = 3;
    private static final int MEMBERS = 2;
    private static final int NANOS_APART = 100;
    private static final int LONGEST_NANOS = 250;
    private static final ByteString PREFIX = ByteString.copyFromUtf8("key ");

    private final SplittableRandom random;
    private final int keys;
    private final KvModel model = new KvModel();
    private final List<Operation> operations = new ArrayList<>();
    private final long[] applied = new long[MEMBERS];

    private SimulatedHistory(long seed, int keys) {
        random = new SplittableRandom(seed);
        this.keys = keys;
        Arrays.fill(applied, 1);
    }

    /** A long one, with watches and reads from members that lag. */
    static History of(long seed) {
        SimulatedHistory history = new SimulatedHistory(seed, 5);
        for (int i = 1; i <= 60; i++) {
            if (history.random.nextInt(8) == 0) history.serializableRead(i * (long) NANOS_APART);
            else history.step(i * (long) NANOS_APART);
        }
        List<Event> log = log(history.model);
        List<History.Watch> watches = new ArrayList<>();
        for (int i = 0; i < 4; i++) watches.add(SimulatedWatch.of(log, i, history.random.split()));
        return new History(history.operations, log, watches);
    }

    /** A short one of calls that {@link WglChecker} can judge, too. */
    static History window(long seed) {
        SimulatedHistory history = new SimulatedHistory(seed, 3);
        int length = 8 + history.random.nextInt(8);
        for (int i = 1; i <= length; i++) history.step(i * (long) NANOS_APART);
        return new History(history.operations, log(history.model), List.of());
    }

    private void step(long moment) {
        Message request = request((int) (moment / NANOS_APART));
        long call = moment - random.nextInt(LONGEST_NANOS);
        boolean unknown = random.nextInt(8) == 0;
        if (unknown && random.nextBoolean()) {
            operations.add(Operation.unknown(0, request, call));
            return;
        }
        Message response = model.apply(request).response();
        operations.add(
                unknown
                        ? Operation.unknown(0, request, call)
                        : Operation.answered(0, request, call, moment + random.nextInt(LONGEST_NANOS), response));
    }

    private void serializableRead(long moment) {
        int member = random.nextInt(MEMBERS);
        applied[member] += random.nextLong(model.revision() - applied[member] + 1);
        var request = RangeRequest.newBuilder()
                .setKey(KeyRange.ZERO)
                .setRangeEnd(KeyRange.ZERO)
                .setSerializable(true)
                .build();
        Message response = upTo(log(model), applied[member]).evaluate(request).response();
        operations.add(new Operation(
                READER, "m" + member, request, moment, moment + NANOS_APART / 2, new Operation.Answered(response)));
    }

    private Message request(int number) {
        return switch (random.nextInt(10)) {
            case 0, 1, 2 -> put(number, "");
            case 3, 4 -> RangeRequest.newBuilder().setKey(key()).build();
            case 5 ->
                RangeRequest.newBuilder()
                        .setKey(KeyRange.ZERO)
                        .setRangeEnd(KeyRange.ZERO)
                        .build();
            case 6 ->
                DeleteRangeRequest.newBuilder().setKey(key()).setPrevKv(true).build();
            case 7 ->
                DeleteRangeRequest.newBuilder()
                        .setKey(PREFIX)
                        .setRangeEnd(KeyRange.prefixEnd(PREFIX))
                        .build();
            case 8 -> txn(number);
            default ->
                LeaseRevokeRequest.newBuilder()
                        .setID(1 + random.nextInt(LEASES))
                        .build();
        };
    }

    private TxnRequest txn(int number) {
        PutRequest first = put(number, "a");
        PutRequest second = put(number, "b");
        TxnRequest.Builder txn = TxnRequest.newBuilder()
                .addCompare(Compare.newBuilder()
                        .setKey(key())
                        .setTarget(Compare.CompareTarget.CREATE)
                        .setResult(Compare.CompareResult.EQUAL))
                .addSuccess(RequestOp.newBuilder().setRequestPut(first));
        if (!second.getKey().equals(first.getKey()))
            txn.addSuccess(RequestOp.newBuilder().setRequestPut(second));
        if (random.nextBoolean()) txn.addSuccess(RequestOp.newBuilder().setRequestTxn(nested(number, first, second)));
        return txn.addFailure(RequestOp.newBuilder()
                        .setRequestDeleteRange(DeleteRangeRequest.newBuilder().setKey(key())))
                .build();
    }

    /** Compares the key that was just put, which must not show (spec TX-6). */
    private TxnRequest nested(int number, PutRequest first, PutRequest second) {
        PutRequest third = put(number, "c");
        TxnRequest.Builder txn = TxnRequest.newBuilder()
                .addCompare(Compare.newBuilder()
                        .setKey(first.getKey())
                        .setTarget(Compare.CompareTarget.VERSION)
                        .setResult(Compare.CompareResult.LESS)
                        .setVersion(random.nextInt(3)))
                .addFailure(RequestOp.newBuilder()
                        .setRequestRange(RangeRequest.newBuilder().setKey(first.getKey())));
        if (!third.getKey().equals(first.getKey()) && !third.getKey().equals(second.getKey()))
            txn.addSuccess(RequestOp.newBuilder().setRequestPut(third));
        return txn.build();
    }

    private PutRequest put(int number, String part) {
        return PutRequest.newBuilder()
                .setKey(key())
                .setValue(ByteString.copyFromUtf8("value " + number + part))
                .setLease(random.nextInt(LEASES + 1))
                .setPrevKv(random.nextBoolean())
                .build();
    }

    private ByteString key() {
        return PREFIX.concat(ByteString.copyFromUtf8("" + random.nextInt(keys)));
    }

    /** All events of a model. */
    static List<Event> log(KvModel model) {
        List<Event> log = new ArrayList<>();
        for (long revision = 2; revision <= model.revision(); revision++) {
            log.addAll(model.events(revision));
        }
        return log;
    }

    /** The store as it was at that revision. */
    static KvModel upTo(List<Event> log, long revision) {
        KvModel model = new KvModel();
        for (long at = 2; at <= revision; at++) {
            long wanted = at;
            model.append(log.stream()
                    .filter(event -> event.getKv().getModRevision() == wanted)
                    .toList());
        }
        return model;
    }
}
