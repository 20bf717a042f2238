package io.actd.apply;

import com.google.protobuf.ByteString;
import io.actd.mvcc.KeyRange;
import io.actd.mvcc.MvccStore;
import io.actd.mvcc.RevisionEvents;
import io.actd.protocol.Refusal;
import io.actd.protocol.api.LeaseCheckpoint;
import io.actd.protocol.api.LeaseCheckpointRequest;
import io.actd.protocol.api.LeaseCheckpointResponse;
import io.actd.protocol.api.LeaseGrantRequest;
import io.actd.protocol.api.LeaseGrantResponse;
import io.actd.protocol.api.LeaseRevokeRequest;
import io.actd.protocol.api.LeaseRevokeResponse;
import java.util.ArrayList;
import java.util.List;

/** Executes lease commands (spec §12). */
final class LeaseExecutor {
    /** Spec L-2. */
    private static final long MAX_TTL_SECONDS = 9_000_000_000L;

    private final MvccStore store;
    private final LeaseTable leases;
    private final Headers headers;
    private final long minTtlSeconds;

    LeaseExecutor(MvccStore store, LeaseTable leases, Headers headers, long minTtlSeconds) {
        this.store = store;
        this.leases = leases;
        this.headers = headers;
        this.minTtlSeconds = minTtlSeconds;
    }

    /** The id was chosen by the proposer; 0 means none and can not be granted. */
    Done grant(LeaseGrantRequest request) {
        long leaseId = request.getID();
        if (leaseId == 0) return Done.refused(Refusal.LEASE_NOT_FOUND);
        if (request.getTTL() > MAX_TTL_SECONDS) return Done.refused(Refusal.LEASE_TTL_TOO_LARGE);
        if (leases.exists(leaseId)) return Done.refused(Refusal.LEASE_EXISTS);
        long ttlSeconds = Math.max(minTtlSeconds, request.getTTL());
        leases.grant(leaseId, ttlSeconds);
        var response = LeaseGrantResponse.newBuilder()
                .setHeader(headers.at(store.revision()))
                .setID(leaseId)
                .setTTL(ttlSeconds);
        return Done.answered(response.build()).with(new LeaseChange.Granted(leaseId, ttlSeconds));
    }

    /** Deletes the keys at one revision in ascending order, then the lease (spec L-4, R-10). */
    Done revoke(LeaseRevokeRequest request) {
        long leaseId = request.getID();
        if (!leases.exists(leaseId)) return Done.refused(Refusal.LEASE_NOT_FOUND);
        var keys = new ArrayList<>(leases.keysOf(leaseId));
        keys.sort(ByteString.unsignedLexicographicalComparator());
        RevisionEvents events = null;
        if (!keys.isEmpty()) {
            var txn = store.write();
            for (ByteString key : keys) {
                txn.deleteUnread(KeyRange.of(key, ByteString.EMPTY));
                leases.detach(key);
            }
            events = KvExecutor.end(txn);
        }
        leases.remove(leaseId);
        var response = LeaseRevokeResponse.newBuilder().setHeader(headers.at(store.revision()));
        return Done.wrote(response.build(), events).with(new LeaseChange.Revoked(leaseId));
    }

    /** Unknown leases are passed over: they were revoked while the checkpoint was on its way. */
    Done checkpoint(LeaseCheckpointRequest request) {
        var changes = new ArrayList<LeaseChange>();
        for (LeaseCheckpoint checkpoint : request.getCheckpointsList()) {
            if (leases.checkpoint(checkpoint.getID(), checkpoint.getRemainingTTL())) {
                changes.add(new LeaseChange.Checkpointed(checkpoint.getID(), checkpoint.getRemainingTTL()));
            }
        }
        var response = LeaseCheckpointResponse.newBuilder().setHeader(headers.at(store.revision()));
        return Done.answered(response.build()).with(List.copyOf(changes));
    }
}
