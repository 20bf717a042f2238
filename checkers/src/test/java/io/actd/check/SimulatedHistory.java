package io.actd.check;

import com.google.protobuf.ByteString;
import com.google.protobuf.Message;
import io.actd.protocol.Refusal;
import io.actd.protocol.api.CompactionRequest;
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
import java.util.TreeMap;

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
    private final Timeline timeline = new Timeline();
    private final boolean asksForThePast;
    private final boolean compacts;

    /** When each revision was made, from 1 on, and when each compaction, by its revision. */
    static final class Timeline {
        private final List<Long> made = new ArrayList<>(List.of(0L));
        private final TreeMap<Long, Long> compactions = new TreeMap<>(); // by time

        long made(long revision) {
            return made.get((int) revision - 1);
        }

        long compactedAt(long nanos) {
            var last = compactions.floorEntry(nanos);
            return last == null ? 0 : last.getValue();
        }

        private long compacted() {
            return compactedAt(Long.MAX_VALUE);
        }
    }

    private SimulatedHistory(long seed, int keys, boolean asksForThePast, boolean compacts) {
        random = new SplittableRandom(seed);
        this.keys = keys;
        this.asksForThePast = asksForThePast;
        this.compacts = compacts;
        Arrays.fill(applied, 1);
    }

    /** A long one, with watches and reads from members that lag. */
    static History of(long seed) {
        return new SimulatedHistory(seed, 5, false, false).withWatches();
    }

    /** The same with compactions, which overtake watches and are in the way of reads of the past. */
    static History compacted(long seed) {
        return new SimulatedHistory(seed, 5, true, true).withWatches();
    }

    private History withWatches() {
        for (int i = 1; i <= 60; i++) {
            if (random.nextInt(8) == 0) serializableRead(i * (long) NANOS_APART);
            else step(i * (long) NANOS_APART);
        }
        List<Event> log = log(model);
        List<History.Watch> watches = new ArrayList<>();
        for (int i = 0; i < 4; i++) watches.add(SimulatedWatch.of(log, timeline, i, random.split()));
        return new History(operations, log, watches);
    }

    /** A short one of calls that {@link WglChecker} can judge, too. */
    static History window(long seed) {
        SimulatedHistory history = new SimulatedHistory(seed, 3, true, false);
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
        Operation.Outcome outcome = execute(request, moment);
        operations.add(
                unknown
                        ? Operation.unknown(0, request, call)
                        : new Operation(0, "", request, call, moment + random.nextInt(LONGEST_NANOS), outcome));
    }

    private Operation.Outcome execute(Message request, long moment) {
        long asked =
                switch (request) {
                    case RangeRequest range -> range.getRevision();
                    case CompactionRequest compaction -> compaction.getRevision();
                    default -> 0;
                };
        boolean compaction = request instanceof CompactionRequest;
        if (asked > model.revision()) return new Operation.Refused(Refusal.FUTURE_REVISION.text());
        if (asked > 0 && asked < timeline.compacted() + (compaction ? 1 : 0))
            return new Operation.Refused(Refusal.COMPACTED.text());
        if (compaction) timeline.compactions.put(moment, asked);
        Message response = model.apply(request).response();
        if (model.revision() > timeline.made.size()) timeline.made.add(moment);
        return new Operation.Answered(response);
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
        if (asksForThePast && random.nextInt(6) == 0) return past();
        if (compacts && random.nextInt(8) == 0) return compaction();
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

    /** Or of what is still to come. */
    private RangeRequest past() {
        return RangeRequest.newBuilder()
                .setKey(KeyRange.ZERO)
                .setRangeEnd(KeyRange.ZERO)
                .setRevision(1 + random.nextLong(model.revision() + 2))
                .build();
    }

    private CompactionRequest compaction() {
        long revision = Math.max(1, model.revision() + 1 - random.nextInt(6));
        return CompactionRequest.newBuilder().setRevision(revision).build();
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
