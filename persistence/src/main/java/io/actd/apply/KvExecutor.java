package io.actd.apply;

import io.actd.mvcc.KeyRange;
import io.actd.mvcc.MvccStore;
import io.actd.mvcc.RevisionEvents;
import io.actd.mvcc.WriteTxn;
import io.actd.protocol.Refusal;
import io.actd.protocol.api.CompactionRequest;
import io.actd.protocol.api.CompactionResponse;
import io.actd.protocol.api.DeleteRangeRequest;
import io.actd.protocol.api.DeleteRangeResponse;
import io.actd.protocol.api.PutRequest;
import io.actd.protocol.api.PutResponse;
import io.actd.protocol.mvcc.KeyValue;
import org.jspecify.annotations.Nullable;

/** Executes puts, deletes and compactions (spec §5, §8, §10), also the ones inside a txn. Writer thread. */
final class KvExecutor {
    private final MvccStore store;
    private final LeaseTable leases;
    private final Headers headers;

    KvExecutor(MvccStore store, LeaseTable leases, Headers headers) {
        this.store = store;
        this.leases = leases;
        this.headers = headers;
    }

    Done put(PutRequest request) {
        // The lease is looked at before the key (spec P-7).
        if (request.getLease() != 0 && !leases.exists(request.getLease())) {
            return Done.refused(Refusal.LEASE_NOT_FOUND); // spec P-2
        }
        var txn = store.write();
        var previous = previous(txn, request);
        if (previous == null && (request.getIgnoreValue() || request.getIgnoreLease())) {
            txn.end();
            return Done.refused(Refusal.KEY_NOT_FOUND); // spec P-5, P-6
        }
        var response = put(txn, request, previous);
        var events = end(txn);
        return Done.wrote(response.setHeader(headers.at(store.revision())).build(), events);
    }

    Done deleteRange(DeleteRangeRequest request) {
        var txn = store.write();
        var response = deleteRange(txn, request);
        var events = end(txn);
        return Done.wrote(response.setHeader(headers.at(store.revision())).build(), events);
    }

    Done compact(CompactionRequest request) {
        var refusal = store.compact(request.getRevision());
        if (refusal != null) return Done.refused(refusal);
        var response = CompactionResponse.newBuilder().setHeader(headers.at(store.revision()));
        return Done.answered(response.build()).withCompaction();
    }

    /** A put inside a write whose checks have passed; the answer lacks its header. */
    PutResponse.Builder putIn(WriteTxn txn, PutRequest request) {
        return put(txn, request, previous(txn, request));
    }

    /** The answer lacks its header. */
    DeleteRangeResponse.Builder deleteRange(WriteTxn txn, DeleteRangeRequest request) {
        var range = KeyRange.of(request.getKey(), request.getRangeEnd());
        var response = DeleteRangeResponse.newBuilder();
        int before = txn.events().size();
        if (request.getPrevKv()) {
            var deleted = txn.delete(range);
            response.setDeleted(deleted.size()).addAllPrevKvs(deleted); // spec D-2
        } else {
            response.setDeleted(txn.deleteUnread(range));
        }
        var events = txn.events();
        for (int i = before; i < events.size(); i++)
            leases.detach(events.get(i).getKv().getKey()); // spec D-4
        return response;
    }

    /** Ends a write; null if it changed nothing. */
    static @Nullable RevisionEvents end(WriteTxn txn) {
        boolean changed = txn.changed();
        var events = changed ? txn.events() : null;
        long revision = txn.end();
        return events == null ? null : new RevisionEvents(revision, events);
    }

    private static @Nullable KeyValue previous(WriteTxn txn, PutRequest request) {
        return request.getPrevKv() || request.getIgnoreValue() || request.getIgnoreLease()
                ? txn.get(request.getKey())
                : null;
    }

    private PutResponse.Builder put(WriteTxn txn, PutRequest request, @Nullable KeyValue previous) {
        var key = request.getKey();
        var value = request.getValue();
        long lease = request.getLease();
        if (previous != null) {
            if (request.getIgnoreValue()) value = previous.getValue();
            if (request.getIgnoreLease()) lease = previous.getLease();
        }
        txn.put(key, value, lease);
        leases.attach(key, lease); // spec P-3, L-9
        var response = PutResponse.newBuilder();
        if (previous != null && request.getPrevKv()) response.setPrevKv(previous); // spec P-4
        return response;
    }
}
