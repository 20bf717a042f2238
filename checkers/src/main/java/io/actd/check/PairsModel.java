package io.actd.check;

import com.google.protobuf.ByteString;
import com.google.protobuf.Message;
import io.actd.protocol.api.Compare;
import io.actd.protocol.api.DeleteRangeRequest;
import io.actd.protocol.api.DeleteRangeResponse;
import io.actd.protocol.api.LeaseRevokeRequest;
import io.actd.protocol.api.PutRequest;
import io.actd.protocol.api.PutResponse;
import io.actd.protocol.api.RangeRequest;
import io.actd.protocol.api.RangeResponse;
import io.actd.protocol.api.RequestOp;
import io.actd.protocol.api.ResponseOp;
import io.actd.protocol.api.TxnRequest;
import io.actd.protocol.api.TxnResponse;
import io.actd.protocol.mvcc.KeyValue;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** Pairs of key and value as one copy of them would answer, revisions left out of sight; for {@link WglChecker}. */
public final class PairsModel implements WglChecker.Model<PairsModel.Pairs> {
    /** @param version how often it was put since it is there */
    record Pair(ByteString value, long version, long lease) {}

    /** All pairs; never changed. */
    public record Pairs(Map<ByteString, Pair> byKey) {}

    /** Stands for the answer to a range of the past. */
    private static final List<Object> PAST = List.of("past");

    private final Pairs initial;

    /** A store that is empty at first. */
    public PairsModel() {
        this(List.of());
    }

    /** A store that holds these pairs at first. */
    public PairsModel(List<KeyValue> pairs) {
        Map<ByteString, Pair> byKey = new TreeMap<>(KeyRange.ORDER);
        pairs.forEach(kv -> byKey.put(kv.getKey(), new Pair(kv.getValue(), kv.getVersion(), kv.getLease())));
        initial = new Pairs(byKey);
    }

    @Override
    public Pairs initial() {
        return initial;
    }

    @Override
    public Optional<Pairs> step(Pairs before, Operation operation) {
        Execution execution = new Execution(before);
        List<Object> expected = execution.run(operation.request());
        boolean fits = !(operation.outcome() instanceof Operation.Answered answer)
                || seen(operation.request(), answer.response()).equals(expected);
        return fits ? Optional.of(new Pairs(execution.pairs)) : Optional.empty();
    }

    /**
     * Whether this model knows how to answer: not what asks for the past or needs revisions to compare. A range of the past
     * within a txn does no harm, its answer is not looked at.
     */
    public static boolean knows(Message request) {
        return switch (request) {
            case PutRequest put -> true;
            case DeleteRangeRequest delete -> true;
            case LeaseRevokeRequest revoke -> true;
            case RangeRequest range -> range.getRevision() == 0 && !range.getSerializable();
            case TxnRequest txn ->
                txn.getCompareList().stream().allMatch(PairsModel::knows)
                        && txn.getSuccessList().stream().allMatch(PairsModel::knows)
                        && txn.getFailureList().stream().allMatch(PairsModel::knows);
            default -> false;
        };
    }

    private static boolean knows(Compare compare) {
        return switch (compare.getTarget()) {
            case VERSION, VALUE -> true;
            // Only "is there one", which needs no revisions.
            case CREATE -> compare.getCreateRevision() == 0;
            case MOD -> compare.getModRevision() == 0;
            default -> false;
        };
    }

    private static boolean knows(RequestOp op) {
        return switch (op.getRequestCase()) {
            case REQUEST_PUT, REQUEST_DELETE_RANGE -> true;
            case REQUEST_RANGE -> !op.getRequestRange().getSerializable();
            case REQUEST_TXN -> knows(op.getRequestTxn());
            case REQUEST_NOT_SET -> false;
        };
    }

    private static boolean isPast(RequestOp op) {
        return op.hasRequestRange() && op.getRequestRange().getRevision() != 0;
    }

    private static List<RequestOp> branch(TxnRequest txn, boolean succeeded) {
        return succeeded ? txn.getSuccessList() : txn.getFailureList();
    }

    private static List<Object> pair(ByteString key, Pair pair) {
        return List.of(key, pair.value(), pair.version(), pair.lease());
    }

    private static List<Object> pairs(List<KeyValue> seen) {
        return seen.stream()
                .<Object>map(kv -> pair(kv.getKey(), new Pair(kv.getValue(), kv.getVersion(), kv.getLease())))
                .toList();
    }

    /** An answer without its revisions. */
    private static List<Object> seen(Message request, Message response) {
        return switch (response) {
            case PutResponse put -> List.of(put.hasPrevKv() ? pairs(List.of(put.getPrevKv())) : List.of());
            case RangeResponse range -> List.of(range.getCount(), range.getMore(), pairs(range.getKvsList()));
            case DeleteRangeResponse delete -> List.of(delete.getDeleted(), pairs(delete.getPrevKvsList()));
            case TxnResponse txn -> seen((TxnRequest) request, txn);
            default -> List.of();
        };
    }

    private static List<Object> seen(TxnRequest request, TxnResponse response) {
        List<Object> all = new ArrayList<>();
        all.add(response.getSucceeded());
        List<RequestOp> ops = branch(request, response.getSucceeded());
        for (int i = 0; i < response.getResponsesCount(); i++) {
            RequestOp op = i < ops.size() ? ops.get(i) : RequestOp.getDefaultInstance();
            all.add(isPast(op) ? PAST : seen(op, response.getResponses(i)));
        }
        return all;
    }

    private static List<Object> seen(RequestOp request, ResponseOp op) {
        return switch (op.getResponseCase()) {
            case RESPONSE_PUT -> seen(request.getRequestPut(), op.getResponsePut());
            case RESPONSE_RANGE -> seen(request.getRequestRange(), op.getResponseRange());
            case RESPONSE_DELETE_RANGE -> seen(request.getRequestDeleteRange(), op.getResponseDeleteRange());
            case RESPONSE_TXN -> seen(request.getRequestTxn(), op.getResponseTxn());
            case RESPONSE_NOT_SET -> throw new IllegalArgumentException(op.toString());
        };
    }

    private static final class Execution {
        private final Map<ByteString, Pair> before;
        final TreeMap<ByteString, Pair> pairs = new TreeMap<>(KeyRange.ORDER);

        Execution(Pairs before) {
            this.before = before.byKey();
            pairs.putAll(before.byKey());
        }

        List<Object> run(Message request) {
            return switch (request) {
                case PutRequest put -> put(put);
                case RangeRequest range -> range(range);
                case DeleteRangeRequest delete -> delete(delete);
                case TxnRequest txn -> txn(txn);
                case LeaseRevokeRequest revoke -> {
                    pairs.values().removeIf(pair -> pair.lease() == revoke.getID());
                    yield List.of();
                }
                default -> throw new IllegalArgumentException(request.toString());
            };
        }

        private List<Object> put(PutRequest request) {
            Pair before = pairs.get(request.getKey());
            long version = before == null ? 1 : before.version() + 1;
            pairs.put(request.getKey(), new Pair(request.getValue(), version, request.getLease()));
            if (before == null || !request.getPrevKv()) return List.of(List.of());
            return List.of(List.of(pair(request.getKey(), before)));
        }

        private List<ByteString> keys(ByteString start, ByteString end) {
            return pairs.keySet().stream()
                    .filter(key -> KeyRange.contains(start, end, key))
                    .toList();
        }

        private List<Object> shown(List<ByteString> keys) {
            List<Object> all = new ArrayList<>();
            for (ByteString key : keys) {
                Pair pair = pairs.get(key);
                if (pair != null) all.add(pair(key, pair));
            }
            return all;
        }

        private List<Object> range(RangeRequest request) {
            List<ByteString> keys = keys(request.getKey(), request.getRangeEnd());
            boolean more = request.getLimit() > 0 && keys.size() > request.getLimit();
            List<ByteString> some = more ? keys.subList(0, (int) request.getLimit()) : keys;
            return List.of((long) keys.size(), more, shown(some));
        }

        private List<Object> delete(DeleteRangeRequest request) {
            List<ByteString> keys = keys(request.getKey(), request.getRangeEnd());
            List<Object> before = request.getPrevKv() ? shown(keys) : List.of();
            keys.forEach(pairs::remove);
            return List.of((long) keys.size(), before);
        }

        private List<Object> txn(TxnRequest request) {
            boolean succeeded = request.getCompareList().stream().allMatch(this::holds);
            List<Object> all = new ArrayList<>();
            all.add(succeeded);
            for (RequestOp op : branch(request, succeeded)) {
                all.add(
                        switch (op.getRequestCase()) {
                            case REQUEST_PUT -> put(op.getRequestPut());
                            case REQUEST_RANGE -> isPast(op) ? PAST : range(op.getRequestRange());
                            case REQUEST_DELETE_RANGE -> delete(op.getRequestDeleteRange());
                            case REQUEST_TXN -> txn(op.getRequestTxn());
                            case REQUEST_NOT_SET -> throw new IllegalArgumentException(op.toString());
                        });
            }
            return all;
        }

        /** Nested or not, in the store as it was before (spec TX-6). */
        private boolean holds(Compare compare) {
            Pair pair = before.get(compare.getKey());
            if (compare.getTarget() == Compare.CompareTarget.VALUE && pair == null) return false;
            int order =
                    switch (compare.getTarget()) {
                        case VERSION -> Long.compare(pair == null ? 0 : pair.version(), compare.getVersion());
                        case CREATE, MOD -> pair == null ? 0 : 1;
                        case VALUE ->
                            KeyRange.ORDER.compare(pair == null ? ByteString.EMPTY : pair.value(), compare.getValue());
                        default -> throw new IllegalArgumentException(compare.toString());
                    };
            return switch (compare.getResult()) {
                case EQUAL -> order == 0;
                case NOT_EQUAL -> order != 0;
                case GREATER -> order > 0;
                case LESS -> order < 0;
                case UNRECOGNIZED -> throw new IllegalArgumentException(compare.toString());
            };
        }
    }
}
