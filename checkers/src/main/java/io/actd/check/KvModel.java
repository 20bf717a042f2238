package io.actd.check;

import com.google.protobuf.ByteString;
import com.google.protobuf.Empty;
import com.google.protobuf.Message;
import io.actd.protocol.api.CompactionRequest;
import io.actd.protocol.api.CompactionResponse;
import io.actd.protocol.api.Compare;
import io.actd.protocol.api.DeleteRangeRequest;
import io.actd.protocol.api.DeleteRangeResponse;
import io.actd.protocol.api.LeaseRevokeRequest;
import io.actd.protocol.api.LeaseRevokeResponse;
import io.actd.protocol.api.PutRequest;
import io.actd.protocol.api.PutResponse;
import io.actd.protocol.api.RangeRequest;
import io.actd.protocol.api.RangeResponse;
import io.actd.protocol.api.RequestOp;
import io.actd.protocol.api.ResponseHeader;
import io.actd.protocol.api.ResponseOp;
import io.actd.protocol.api.TxnRequest;
import io.actd.protocol.api.TxnResponse;
import io.actd.protocol.mvcc.Event;
import io.actd.protocol.mvcc.KeyValue;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The store as the specification tells it, in the plainest way: every change ever made, in order.
 *
 * <p>Knows what the histories of these tests need: no sorting, no filters; leases live until revoked, nothing is compacted.
 */
public final class KvModel {
    private final TreeMap<ByteString, List<Event>> history = new TreeMap<>(KeyRange.ORDER);
    private final List<List<Event>> byRevision = new ArrayList<>();
    private final TreeMap<ByteString, KeyValue> live = new TreeMap<>(KeyRange.ORDER); // the newest pairs

    /** What a request answers at this point, header with revision only, and the events it makes. */
    public record Applied(Message response, List<Event> events) {
        /** Of what asks for a revision that is not there yet. */
        static final Applied REFUSED = new Applied(Empty.getDefaultInstance(), List.of());
    }

    /** The store revision (spec R-1). */
    public long revision() {
        return byRevision.size() + 1L;
    }

    /** The events of one revision, from 2 on, in order. */
    public List<Event> events(long revision) {
        return byRevision.get((int) revision - 2);
    }

    /** Executes the request and keeps its changes. */
    public Applied apply(Message request) {
        Applied applied = evaluate(request);
        if (!applied.events().isEmpty()) {
            append(applied.events());
        }
        return applied;
    }

    /** Adds one revision made of these events. */
    public void append(List<Event> events) {
        byRevision.add(List.copyOf(events));
        for (Event event : events) {
            KeyValue pair = event.getKv();
            history.computeIfAbsent(pair.getKey(), key -> new ArrayList<>()).add(event);
            if (event.getType() == Event.EventType.PUT) {
                live.put(pair.getKey(), pair);
            } else {
                live.remove(pair.getKey());
            }
        }
    }

    /** The lease the newest pair of this key hangs on; 0 if there is none. */
    public long lease(ByteString key) {
        KeyValue pair = live.get(key);
        return pair == null ? 0 : pair.getLease();
    }

    /** What the request would do now. */
    public Applied evaluate(Message request) {
        Execution execution = new Execution();
        Message response = execution.run(request);
        return execution.asksForTheFuture ? Applied.REFUSED : new Applied(response, execution.events);
    }

    /** The pairs of a range at a revision, ascending by key (spec RG-5). */
    public List<KeyValue> pairs(ByteString start, ByteString end, long atRevision) {
        List<KeyValue> pairs = new ArrayList<>();
        if (atRevision >= revision()) {
            for (KeyValue pair : live.tailMap(start, true).values()) {
                if (!KeyRange.contains(start, end, pair.getKey())) {
                    break;
                }
                pairs.add(pair);
            }
            return pairs;
        }
        for (Map.Entry<ByteString, List<Event>> entry :
                history.tailMap(start, true).entrySet()) {
            if (!KeyRange.contains(start, end, entry.getKey())) {
                break;
            }
            latest(entry.getValue(), atRevision, pairs);
        }
        return pairs;
    }

    private static void latest(List<Event> changes, long atRevision, List<KeyValue> into) {
        for (int i = changes.size() - 1; i >= 0; i--) {
            Event change = changes.get(i);
            if (change.getKv().getModRevision() <= atRevision) {
                if (change.getType() == Event.EventType.PUT) {
                    into.add(change.getKv());
                }
                return;
            }
        }
    }

    /** One request under way: sees the store and its own changes so far. */
    private final class Execution {
        private final long begin = revision();
        private final List<Event> events = new ArrayList<>();
        private boolean asksForTheFuture; // spec RG-4, TX-9

        Message run(Message request) {
            return switch (request) {
                case PutRequest put -> put(put);
                case RangeRequest range -> range(range);
                case DeleteRangeRequest delete -> delete(delete);
                case TxnRequest txn -> txn(txn);
                case LeaseRevokeRequest revoke -> revoke(revoke);
                case CompactionRequest compaction -> compacted();
                default ->
                    throw new IllegalArgumentException(
                            request.getDescriptorForType().getName());
            };
        }

        private List<KeyValue> now(ByteString start, ByteString end) {
            TreeMap<ByteString, KeyValue> pairs = new TreeMap<>(KeyRange.ORDER);
            pairs(start, end, begin).forEach(pair -> pairs.put(pair.getKey(), pair));
            for (Event event : events) {
                ByteString key = event.getKv().getKey();
                if (event.getType() == Event.EventType.DELETE) {
                    pairs.remove(key);
                } else if (KeyRange.contains(start, end, key)) {
                    pairs.put(key, event.getKv());
                }
            }
            return List.copyOf(pairs.values());
        }

        private ResponseHeader header() {
            long revision = events.isEmpty() ? begin : begin + 1; // spec H-2, R-8
            return ResponseHeader.newBuilder().setRevision(revision).build();
        }

        PutResponse put(PutRequest request) {
            List<KeyValue> before = now(request.getKey(), ByteString.EMPTY);
            KeyValue.Builder pair = KeyValue.newBuilder()
                    .setKey(request.getKey())
                    .setValue(request.getValue())
                    .setLease(request.getLease())
                    .setCreateRevision(
                            before.isEmpty() ? begin + 1 : before.get(0).getCreateRevision())
                    .setModRevision(begin + 1)
                    .setVersion(before.isEmpty() ? 1 : before.get(0).getVersion() + 1);
            events.add(Event.newBuilder().setKv(pair).build());
            PutResponse.Builder response = PutResponse.newBuilder().setHeader(header());
            if (request.getPrevKv() && !before.isEmpty()) {
                response.setPrevKv(before.get(0));
            }
            return response.build();
        }

        DeleteRangeResponse delete(DeleteRangeRequest request) {
            List<KeyValue> deleted = now(request.getKey(), request.getRangeEnd());
            deleted.forEach(this::delete);
            DeleteRangeResponse.Builder response =
                    DeleteRangeResponse.newBuilder().setHeader(header()).setDeleted(deleted.size());
            return (request.getPrevKv() ? response.addAllPrevKvs(deleted) : response).build();
        }

        private void delete(KeyValue pair) {
            events.add(Event.newBuilder()
                    .setType(Event.EventType.DELETE)
                    .setKv(KeyValue.newBuilder().setKey(pair.getKey()).setModRevision(begin + 1))
                    .build());
        }

        RangeResponse range(RangeRequest request) {
            asksForTheFuture |= request.getRevision() > begin;
            List<KeyValue> pairs = request.getRevision() > 0
                    ? pairs(request.getKey(), request.getRangeEnd(), request.getRevision())
                    : now(request.getKey(), request.getRangeEnd());
            boolean more = request.getLimit() > 0 && pairs.size() > request.getLimit();
            return RangeResponse.newBuilder()
                    .setHeader(header())
                    .addAllKvs(more ? pairs.subList(0, (int) request.getLimit()) : pairs)
                    .setMore(more)
                    .setCount(pairs.size())
                    .build();
        }

        LeaseRevokeResponse revoke(LeaseRevokeRequest request) {
            now(KeyRange.ZERO, KeyRange.ZERO).stream()
                    .filter(pair -> pair.getLease() == request.getID())
                    .forEach(this::delete);
            return LeaseRevokeResponse.newBuilder().setHeader(header()).build();
        }

        /** Changes nothing that this model knows. */
        CompactionResponse compacted() {
            return CompactionResponse.newBuilder().setHeader(header()).build();
        }

        TxnResponse txn(TxnRequest request) {
            return branch(request).setHeader(header()).build();
        }

        private TxnResponse.Builder branch(TxnRequest request) {
            boolean succeeded = request.getCompareList().stream().allMatch(this::holds);
            TxnResponse.Builder response = TxnResponse.newBuilder().setSucceeded(succeeded);
            for (RequestOp op : succeeded ? request.getSuccessList() : request.getFailureList()) {
                response.addResponses(execute(op));
            }
            return response;
        }

        private ResponseOp execute(RequestOp op) {
            ResponseOp.Builder response = ResponseOp.newBuilder();
            return switch (op.getRequestCase()) {
                case REQUEST_PUT ->
                    response.setResponsePut(put(op.getRequestPut())).build();
                case REQUEST_RANGE ->
                    response.setResponseRange(range(op.getRequestRange())).build();
                case REQUEST_DELETE_RANGE ->
                    response.setResponseDeleteRange(delete(op.getRequestDeleteRange()))
                            .build();
                case REQUEST_TXN -> // its header is there, but all zero (spec H-2)
                    response.setResponseTxn(branch(op.getRequestTxn()).setHeader(ResponseHeader.getDefaultInstance()))
                            .build();
                case REQUEST_NOT_SET -> throw new IllegalArgumentException(op.toString());
            };
        }

        /** Spec TX-13, TX-14, for single keys; in the store as it was before (spec TX-6). */
        private boolean holds(Compare compare) {
            List<KeyValue> pairs = pairs(compare.getKey(), ByteString.EMPTY, begin);
            KeyValue pair = pairs.isEmpty() ? KeyValue.getDefaultInstance() : pairs.get(0);
            int order =
                    switch (compare.getTarget()) {
                        case VERSION -> Long.compare(pair.getVersion(), compare.getVersion());
                        case CREATE -> Long.compare(pair.getCreateRevision(), compare.getCreateRevision());
                        case MOD -> Long.compare(pair.getModRevision(), compare.getModRevision());
                        case VALUE -> KeyRange.ORDER.compare(pair.getValue(), compare.getValue());
                        default -> throw new IllegalArgumentException(compare.toString());
                    };
            if (compare.getTarget() == Compare.CompareTarget.VALUE && pairs.isEmpty()) {
                return false;
            }
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
