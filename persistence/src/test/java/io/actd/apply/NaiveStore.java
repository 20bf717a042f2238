package io.actd.apply;

import com.google.protobuf.ByteString;
import io.actd.protocol.Outcome;
import io.actd.protocol.Refusal;
import io.actd.protocol.api.CompactionResponse;
import io.actd.protocol.api.Compare;
import io.actd.protocol.api.DeleteRangeRequest;
import io.actd.protocol.api.DeleteRangeResponse;
import io.actd.protocol.api.InternalRaftRequest;
import io.actd.protocol.api.LeaseGrantResponse;
import io.actd.protocol.api.LeaseRevokeResponse;
import io.actd.protocol.api.PutRequest;
import io.actd.protocol.api.PutResponse;
import io.actd.protocol.api.RangeRequest;
import io.actd.protocol.api.RangeRequest.SortOrder;
import io.actd.protocol.api.RangeResponse;
import io.actd.protocol.api.RequestOp;
import io.actd.protocol.api.ResponseHeader;
import io.actd.protocol.api.ResponseOp;
import io.actd.protocol.api.TxnRequest;
import io.actd.protocol.api.TxnResponse;
import io.actd.protocol.mvcc.Event;
import io.actd.protocol.mvcc.KeyValue;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;

/**
 * The specification as plain as it can be written: a whole sorted map for each revision there ever was. Shares no code
 * with the product.
 */
final class NaiveStore {
    private static final class Refused extends RuntimeException {
        private static final long serialVersionUID = 1L;
        private final Refusal refusal;

        Refused(Refusal refusal) {
            this.refusal = refusal;
        }
    }

    private final NavigableMap<Long, NavigableMap<ByteString, KeyValue>> history = new TreeMap<>();
    private final Map<Long, Long> leases = new TreeMap<>();
    private final NaiveHash hash = new NaiveHash();
    private long revision = 1;
    private long compacted = -1;

    // The command under way.
    private NavigableMap<ByteString, KeyValue> now = empty();
    private List<Event> events = new ArrayList<>();

    NaiveStore() {
        history.put(1L, empty());
    }

    private static NavigableMap<ByteString, KeyValue> empty() {
        return new TreeMap<>(ByteString.unsignedLexicographicalComparator());
    }

    long revision() {
        return revision;
    }

    Map<Long, Long> leases() {
        return leases;
    }

    List<ByteString> keysOf(long leaseId) {
        var keys = new ArrayList<ByteString>();
        for (var pair : now.values()) if (pair.getLease() == leaseId) keys.add(pair.getKey());
        return keys;
    }

    /** What the last command changed. */
    List<Event> events() {
        return events;
    }

    int hashKv() {
        return hash.of(revision, compacted);
    }

    Outcome apply(InternalRaftRequest command) {
        events = new ArrayList<>();
        try {
            return Outcome.ok(
                    command.hasPut()
                            ? put(command.getPut())
                            : command.hasDeleteRange()
                                    ? delete(command.getDeleteRange())
                                    : command.hasTxn()
                                            ? txn(command.getTxn())
                                            : command.hasCompaction()
                                                    ? compact(command.getCompaction()
                                                            .getRevision())
                                                    : command.hasLeaseGrant()
                                                            ? grant(
                                                                    command.getLeaseGrant()
                                                                            .getID(),
                                                                    command.getLeaseGrant()
                                                                            .getTTL())
                                                            : revoke(command.getLeaseRevoke()
                                                                    .getID()));
        } catch (Refused e) {
            return Outcome.refused(e.refusal);
        }
    }

    Outcome read(RangeRequest request) {
        try {
            check(request, revision, false);
            return Outcome.ok(
                    range(request).setHeader(Machine.HEADERS.at(revision)).build());
        } catch (Refused e) {
            return Outcome.refused(e.refusal);
        }
    }

    private PutResponse put(PutRequest put) {
        checkLease(put.getLease());
        checkKept(put, now);
        var response = execute(put);
        commit();
        return response.setHeader(Machine.HEADERS.at(revision)).build();
    }

    private DeleteRangeResponse delete(DeleteRangeRequest delete) {
        var response = execute(delete);
        commit();
        return response.setHeader(Machine.HEADERS.at(revision)).build();
    }

    private CompactionResponse compact(long at) {
        if (at <= compacted) throw new Refused(Refusal.COMPACTED);
        if (at > revision) throw new Refused(Refusal.FUTURE_REVISION);
        compacted = at;
        return CompactionResponse.newBuilder()
                .setHeader(Machine.HEADERS.at(revision))
                .build();
    }

    private LeaseGrantResponse grant(long id, long ttl) {
        if (leases.containsKey(id)) throw new Refused(Refusal.LEASE_EXISTS);
        leases.put(id, Math.max(2, ttl));
        return LeaseGrantResponse.newBuilder()
                .setHeader(Machine.HEADERS.at(revision))
                .setID(id)
                .setTTL(Math.max(2, ttl))
                .build();
    }

    private LeaseRevokeResponse revoke(long id) {
        checkKnown(id);
        for (var key : keysOf(id))
            execute(DeleteRangeRequest.newBuilder().setKey(key).build());
        leases.remove(id);
        commit();
        return LeaseRevokeResponse.newBuilder()
                .setHeader(Machine.HEADERS.at(revision))
                .build();
    }

    private TxnResponse txn(TxnRequest txn) {
        var before = new TreeMap<>(now);
        checkPuts(txn, before);
        checkRanges(txn, before);
        var scratch = new TreeMap<>(now);
        try {
            var response = execute(txn, before);
            commit();
            return response.setHeader(Machine.HEADERS.at(revision)).build();
        } catch (Refused e) {
            now = scratch;
            events = new ArrayList<>();
            throw e;
        }
    }

    private List<RequestOp> branch(TxnRequest txn, NavigableMap<ByteString, KeyValue> before) {
        return holds(txn, before) ? txn.getSuccessList() : txn.getFailureList();
    }

    private void checkPuts(TxnRequest txn, NavigableMap<ByteString, KeyValue> before) {
        for (var op : branch(txn, before)) {
            if (op.hasRequestTxn()) checkPuts(op.getRequestTxn(), before);
            if (op.hasRequestPut()) {
                checkKept(op.getRequestPut(), before);
                checkLease(op.getRequestPut().getLease());
            }
        }
    }

    private void checkRanges(TxnRequest txn, NavigableMap<ByteString, KeyValue> before) {
        for (var op : branch(txn, before)) {
            if (op.hasRequestTxn()) checkRanges(op.getRequestTxn(), before);
            if (op.hasRequestRange()) check(op.getRequestRange(), revision, true);
        }
    }

    private TxnResponse.Builder execute(TxnRequest txn, NavigableMap<ByteString, KeyValue> before) {
        var response = TxnResponse.newBuilder().setSucceeded(holds(txn, before));
        for (var op : branch(txn, before)) {
            var answer = ResponseOp.newBuilder();
            if (op.hasRequestRange())
                answer.setResponseRange(range(op.getRequestRange()).setHeader(inside()));
            if (op.hasRequestPut()) {
                checkKept(op.getRequestPut(), now);
                answer.setResponsePut(execute(op.getRequestPut()).setHeader(inside()));
            }
            if (op.hasRequestDeleteRange()) {
                answer.setResponseDeleteRange(
                        execute(op.getRequestDeleteRange()).setHeader(inside()));
            }
            if (op.hasRequestTxn()) {
                answer.setResponseTxn(
                        execute(op.getRequestTxn(), before).setHeader(ResponseHeader.getDefaultInstance()));
            }
            response.addResponses(answer);
        }
        return response;
    }

    private ResponseHeader inside() {
        return ResponseHeader.newBuilder()
                .setRevision(events.isEmpty() ? revision : revision + 1)
                .build();
    }

    private PutResponse.Builder execute(PutRequest put) {
        var old = now.get(put.getKey());
        var pair = KeyValue.newBuilder()
                .setKey(put.getKey())
                .setCreateRevision(old == null ? revision + 1 : old.getCreateRevision())
                .setModRevision(revision + 1)
                .setVersion(old == null ? 1 : old.getVersion() + 1)
                .setValue(put.getIgnoreValue() && old != null ? old.getValue() : put.getValue())
                .setLease(put.getIgnoreLease() && old != null ? old.getLease() : put.getLease())
                .build();
        now.put(put.getKey(), pair);
        events.add(Event.newBuilder().setKv(pair).build());
        var response = PutResponse.newBuilder();
        return put.getPrevKv() && old != null ? response.setPrevKv(old) : response;
    }

    private DeleteRangeResponse.Builder execute(DeleteRangeRequest delete) {
        var response = DeleteRangeResponse.newBuilder();
        for (var pair : within(now, delete.getKey(), delete.getRangeEnd())) {
            now.remove(pair.getKey());
            var gone = KeyValue.newBuilder().setKey(pair.getKey()).setModRevision(revision + 1);
            events.add(Event.newBuilder()
                    .setType(Event.EventType.DELETE)
                    .setKv(gone)
                    .build());
            response.setDeleted(response.getDeleted() + 1);
            if (delete.getPrevKv()) response.addPrevKvs(pair);
        }
        return response;
    }

    private RangeResponse.Builder range(RangeRequest request) {
        var state = request.getRevision() > 0
                ? history.headMap(request.getRevision(), true).lastEntry().getValue()
                : now;
        var all = within(state, request.getKey(), request.getRangeEnd());
        var response = RangeResponse.newBuilder().setCount(all.size());
        if (request.getCountOnly()) return response;
        var pairs = new ArrayList<KeyValue>();
        for (var pair : all) {
            if (request.getMinModRevision() != 0 && pair.getModRevision() < request.getMinModRevision()) continue;
            if (request.getMaxModRevision() != 0 && pair.getModRevision() > request.getMaxModRevision()) continue;
            if (request.getMinCreateRevision() != 0 && pair.getCreateRevision() < request.getMinCreateRevision())
                continue;
            if (request.getMaxCreateRevision() != 0 && pair.getCreateRevision() > request.getMaxCreateRevision())
                continue;
            pairs.add(pair);
        }
        var unsigned = ByteString.unsignedLexicographicalComparator();
        Comparator<KeyValue> order =
                switch (request.getSortTargetValue()) {
                    case 1 -> Comparator.comparing(KeyValue::getVersion);
                    case 2 -> Comparator.comparing(KeyValue::getCreateRevision);
                    case 3 -> Comparator.comparing(KeyValue::getModRevision);
                    case 4 -> Comparator.comparing(KeyValue::getValue, unsigned);
                    default -> Comparator.comparing(KeyValue::getKey, unsigned);
                };
        pairs.sort(request.getSortOrder() == SortOrder.DESCEND ? Collections.reverseOrder(order) : order);
        for (var pair : pairs) {
            if (request.getLimit() > 0 && response.getKvsCount() == request.getLimit()) {
                return response.setMore(true);
            }
            response.addKvs(
                    request.getKeysOnly()
                            ? pair.toBuilder().setValue(ByteString.EMPTY).build()
                            : pair);
        }
        return response;
    }

    private static List<KeyValue> within(NavigableMap<ByteString, KeyValue> state, ByteString key, ByteString end) {
        var order = ByteString.unsignedLexicographicalComparator();
        var found = new ArrayList<KeyValue>();
        for (var pair : state.values()) {
            boolean in = end.isEmpty()
                    ? pair.getKey().equals(key)
                    : order.compare(pair.getKey(), key) >= 0
                            && (end.equals(Requests.OPEN) || order.compare(pair.getKey(), end) < 0);
            if (in) found.add(pair);
        }
        return found;
    }

    private static boolean holds(TxnRequest txn, NavigableMap<ByteString, KeyValue> before) {
        for (var compare : txn.getCompareList()) {
            var pairs = within(before, compare.getKey(), compare.getRangeEnd());
            if (pairs.isEmpty() && compare.getTarget() == Compare.CompareTarget.VALUE) return false;
            if (pairs.isEmpty()) pairs = List.of(KeyValue.getDefaultInstance());
            for (var pair : pairs) {
                if (!holds(compare, pair)) return false;
            }
        }
        return true;
    }

    private static boolean holds(Compare compare, KeyValue pair) {
        int sign =
                switch (compare.getTargetValue()) {
                    case 0 -> Long.signum(pair.getVersion() - compare.getVersion());
                    case 1 -> Long.signum(pair.getCreateRevision() - compare.getCreateRevision());
                    case 2 -> Long.signum(pair.getModRevision() - compare.getModRevision());
                    case 3 ->
                        ByteString.unsignedLexicographicalComparator().compare(pair.getValue(), compare.getValue());
                    default -> Long.signum(pair.getLease() - compare.getLease());
                };
        return switch (compare.getResultValue()) {
            case 0 -> sign == 0;
            case 1 -> sign > 0;
            case 2 -> sign < 0;
            default -> sign != 0;
        };
    }

    private void check(RangeRequest request, long newest, boolean inTxn) {
        long at = request.getRevision();
        if (at > newest) throw new Refused(Refusal.FUTURE_REVISION);
        if ((at > 0 || (inTxn && at < 0)) && at < compacted) throw new Refused(Refusal.COMPACTED);
    }

    private static void checkKept(PutRequest put, Map<ByteString, KeyValue> state) {
        if ((put.getIgnoreValue() || put.getIgnoreLease()) && !state.containsKey(put.getKey())) {
            throw new Refused(Refusal.KEY_NOT_FOUND);
        }
    }

    private void checkLease(long id) {
        if (id != 0) checkKnown(id);
    }

    private void checkKnown(long id) {
        if (!leases.containsKey(id)) throw new Refused(Refusal.LEASE_NOT_FOUND);
    }

    private void commit() {
        if (events.isEmpty()) return;
        revision++;
        history.put(revision, new TreeMap<>(now));
        hash.add(revision, events);
    }
}
