package io.actd.apply;

import com.google.protobuf.ByteString;
import io.actd.backend.Bucket;
import io.actd.backend.BufferedBackend;
import io.actd.protocol.lease.Lease;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import org.jspecify.annotations.Nullable;

/**
 * Leases and the keys on them. Leases are rows of bucket lease (spec FM-69); what hangs on them is only known from the
 * pairs themselves (spec L-18). Changed by the writer thread, readable from any.
 */
final class LeaseTable implements LeaseBook {
    private static final class Holder {
        final long leaseId;
        final long ttlSeconds;
        volatile long remainingSeconds;
        final Set<ByteString> keys = ConcurrentHashMap.newKeySet();

        Holder(long leaseId, long ttlSeconds, long remainingSeconds) {
            this.leaseId = leaseId;
            this.ttlSeconds = ttlSeconds;
            this.remainingSeconds = remainingSeconds;
        }

        LeaseInfo info() {
            return new LeaseInfo(leaseId, ttlSeconds, remainingSeconds);
        }
    }

    private final BufferedBackend backend;
    private final ConcurrentMap<Long, Holder> leases = new ConcurrentHashMap<>();
    /** The lease of each key that has one (spec L-9). */
    private final ConcurrentMap<ByteString, Holder> holders = new ConcurrentHashMap<>();

    private LeaseTable(BufferedBackend backend) {
        this.backend = backend;
    }

    /** Reads the stored leases; their keys are to be attached while the pairs are loaded. */
    static LeaseTable load(BufferedBackend backend) {
        var table = new LeaseTable(backend);
        Rows.each(backend, Bucket.LEASE, (key, value) -> {
            var row = Rows.parse(Lease.parser(), value, Bucket.LEASE);
            table.leases.put(row.getID(), new Holder(row.getID(), row.getTTL(), row.getRemainingTTL()));
        });
        return table;
    }

    @Override
    public @Nullable LeaseInfo find(long leaseId) {
        var holder = leases.get(leaseId);
        return holder == null ? null : holder.info();
    }

    @Override
    public List<LeaseInfo> all() {
        var all = new ArrayList<LeaseInfo>();
        for (Holder holder : leases.values()) all.add(holder.info());
        all.sort(Comparator.comparingLong(LeaseInfo::leaseId));
        return all;
    }

    @Override
    public List<ByteString> keysOf(long leaseId) {
        var holder = leases.get(leaseId);
        return holder == null ? List.of() : new ArrayList<>(holder.keys);
    }

    boolean exists(long leaseId) {
        return leases.containsKey(leaseId);
    }

    void grant(long leaseId, long ttlSeconds) {
        store(new Holder(leaseId, ttlSeconds, 0));
    }

    /** Records how much life is left; 0 clears that (spec L-7). False if there is no such lease. */
    boolean checkpoint(long leaseId, long remainingSeconds) {
        var holder = leases.get(leaseId);
        if (holder == null) return false;
        holder.remainingSeconds = remainingSeconds;
        store(holder);
        return true;
    }

    /** Forgets a lease whose keys are deleted already. */
    void remove(long leaseId) {
        leases.remove(leaseId);
        backend.delete(Bucket.LEASE, Rows.uint64(leaseId));
    }

    /** The key belongs to the lease of its last put (spec L-9); 0 is none, as is a lease nobody knows. */
    void attach(ByteString key, long leaseId) {
        var holder = leaseId == 0 ? null : leases.get(leaseId);
        if (holder == null) {
            detach(key);
            return;
        }
        var before = holders.put(key, holder);
        if (before == holder) return;
        if (before != null) before.keys.remove(key);
        holder.keys.add(key);
    }

    void detach(ByteString key) {
        if (holders.isEmpty()) return; // the usual case: no lease in use
        var before = holders.remove(key);
        if (before != null) before.keys.remove(key);
    }

    private void store(Holder holder) {
        leases.put(holder.leaseId, holder);
        var row = Lease.newBuilder()
                .setID(holder.leaseId)
                .setTTL(holder.ttlSeconds)
                .setRemainingTTL(holder.remainingSeconds)
                .build();
        backend.put(Bucket.LEASE, Rows.uint64(holder.leaseId), row.toByteArray());
    }
}
