package io.actd.check;

import com.google.protobuf.ByteString;
import com.google.protobuf.Message;
import io.actd.protocol.api.Compare;
import io.actd.protocol.api.DeleteRangeRequest;
import io.actd.protocol.api.LeaseRevokeRequest;
import io.actd.protocol.api.PutRequest;
import io.actd.protocol.api.RangeRequest;
import io.actd.protocol.api.RequestOp;
import io.actd.protocol.api.ResponseHeader;
import io.actd.protocol.api.TxnRequest;
import io.actd.protocol.api.WatchResponse;
import io.actd.protocol.mvcc.Event;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/** Makes correct histories of concurrent clients: each call takes effect at one moment between call and return. */
final class SimulatedHistory {
    private static final int OPERATIONS = 60;
    private static final int KEYS = 5;
    private static final int LEASES = 3;
    private static final int NANOS_APART = 100;
    private static final int LONGEST_NANOS = 250;

    private final SplittableRandom random;
    private final KvModel model = new KvModel();
    private final List<Operation> operations = new ArrayList<>();

    private SimulatedHistory(long seed) {
        random = new SplittableRandom(seed);
    }

    static History of(long seed) {
        return new SimulatedHistory(seed).run();
    }

    private History run() {
        for (int i = 1; i <= OPERATIONS; i++) {
            step(i * (long) NANOS_APART, request(i));
        }
        List<Event> log = log(model);
        return new History(operations, log, List.of(watch(log, 1 + random.nextInt(10))));
    }

    private void step(long moment, Message request) {
        long call = moment - random.nextInt(LONGEST_NANOS);
        boolean unknown = random.nextInt(10) == 0;
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

    private Message request(int number) {
        return switch (random.nextInt(8)) {
            case 0, 1, 2 -> put(number);
            case 3 -> RangeRequest.newBuilder().setKey(key()).build();
            case 4 ->
                RangeRequest.newBuilder()
                        .setKey(KeyRange.ZERO)
                        .setRangeEnd(KeyRange.ZERO)
                        .build();
            case 5 ->
                DeleteRangeRequest.newBuilder().setKey(key()).setPrevKv(true).build();
            case 6 ->
                TxnRequest.newBuilder()
                        .addCompare(Compare.newBuilder()
                                .setKey(key())
                                .setTarget(Compare.CompareTarget.CREATE)
                                .setResult(Compare.CompareResult.EQUAL))
                        .addSuccess(RequestOp.newBuilder().setRequestPut(put(number)))
                        .addFailure(RequestOp.newBuilder()
                                .setRequestDeleteRange(
                                        DeleteRangeRequest.newBuilder().setKey(key())))
                        .build();
            default ->
                LeaseRevokeRequest.newBuilder()
                        .setID(1 + random.nextInt(LEASES))
                        .build();
        };
    }

    private PutRequest put(int number) {
        return PutRequest.newBuilder()
                .setKey(key())
                .setValue(ByteString.copyFromUtf8("value " + number))
                .setLease(random.nextInt(LEASES + 1))
                .setPrevKv(random.nextBoolean())
                .build();
    }

    private ByteString key() {
        return ByteString.copyFromUtf8("key " + random.nextInt(KEYS));
    }

    /** All events of a model. */
    static List<Event> log(KvModel model) {
        List<Event> log = new ArrayList<>();
        for (long revision = 2; revision <= model.revision(); revision++) {
            log.addAll(model.events(revision));
        }
        return log;
    }

    private static History.Watch watch(List<Event> log, long from) {
        List<WatchResponse> answers = new ArrayList<>();
        answers.add(WatchResponse.newBuilder().setCreated(true).build());
        WatchResponse.Builder answer = WatchResponse.newBuilder();
        for (Event event : log) {
            long revision = event.getKv().getModRevision();
            if (revision >= from) {
                if (answer.getHeader().getRevision() != revision) {
                    addIfAny(answers, answer);
                    answer = WatchResponse.newBuilder()
                            .setHeader(ResponseHeader.newBuilder().setRevision(revision));
                }
                answer.addEvents(event);
            }
        }
        addIfAny(answers, answer);
        return new History.Watch(KeyRange.ZERO, KeyRange.ZERO, from, answers);
    }

    private static void addIfAny(List<WatchResponse> answers, WatchResponse.Builder answer) {
        if (answer.getEventsCount() > 0) {
            answers.add(answer.build());
        }
    }
}
