package io.actd.lease;

import io.actd.apply.LeaseBook.LeaseInfo;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * When each lease ends, for one leadership. Renewing is O(1), everything else O(log n) a lease. Knows no time of its
 * own: callers say what time it is, in milliseconds since an origin of theirs.
 */
final class LeaseClock {
    /*
     * A renewal only moves expiresAt; the lease keeps its place in the order and is put back when that place comes up.
     * So a place is never later than the expiry, and a million clients that keep alive cost nothing but their messages.
     */
    private static final Comparator<Lease> BY_PLACE =
            Comparator.<Lease>comparingLong(lease -> lease.queuedAt).thenComparingLong(lease -> lease.id);

    /** From this many leases on, expiries after a promotion are spread (spec L-6). */
    private static final int SPREAD_FROM = 1000;

    private static final long SPREAD_PER_SECOND = 750;

    private final Map<Long, Lease> leases = new HashMap<>();
    private final NavigableSet<Lease> order = new TreeSet<>(BY_PLACE);
    /** Those long enough to be checkpointed. All wait equally long, so order of insertion is order of time. */
    private final Set<Lease> checkpointSchedule = new LinkedHashSet<>();

    private final long checkpointMillis;

    LeaseClock(long checkpointMillis) {
        this.checkpointMillis = checkpointMillis;
    }

    /** A clock for a new leader (spec L-6): recorded remaining life, else all of it, and the extension on top. */
    static LeaseClock promoted(List<LeaseInfo> known, long now, long extensionMillis, long checkpointMillis) {
        var clock = new LeaseClock(checkpointMillis);
        var all = new ArrayList<Lease>(known.size());
        for (var info : known) {
            var lease = new Lease(info.leaseId(), info.ttlSeconds());
            long seconds = info.remainingSeconds() > 0 ? info.remainingSeconds() : info.ttlSeconds();
            lease.expiresAt = endOf(now, seconds) + extensionMillis;
            lease.checkpointSeconds = info.remainingSeconds();
            all.add(lease);
        }
        if (all.size() >= SPREAD_FROM) spread(all);
        all.forEach(lease -> clock.begin(lease, now));
        return clock;
    }

    /** Nobody dies earlier than it would; no second sees more than {@link #SPREAD_PER_SECOND} die. */
    private static void spread(List<Lease> all) {
        all.sort(Comparator.<Lease>comparingLong(lease -> lease.expiresAt).thenComparingLong(lease -> lease.id));
        long earliestMicros = 0;
        for (var lease : all) {
            long micros = Math.max(earliestMicros, lease.expiresAt * 1000);
            lease.expiresAt = (micros + 999) / 1000;
            earliestMicros = micros + 1_000_000 / SPREAD_PER_SECOND;
        }
    }

    /** One millisecond more, because both the beginning and the end are rounded down. */
    private static long endOf(long now, long seconds) {
        return now + 1 + seconds * 1000;
    }

    private void begin(Lease lease, long now) {
        leases.put(lease.id, lease);
        enqueue(lease, lease.expiresAt);
        scheduleCheckpoint(lease, now);
    }

    int size() {
        return leases.size();
    }

    @Nullable
    Lease find(long leaseId) {
        return leases.get(leaseId);
    }

    Collection<Lease> all() {
        return leases.values();
    }

    /** A lease was granted; one that is known already begins anew. */
    void grant(long leaseId, long ttlSeconds, long now) {
        var before = leases.get(leaseId);
        var lease = new Lease(leaseId, ttlSeconds);
        if (before != null) {
            lease.waiters.addAll(before.waiters);
            remove(leaseId);
        }
        lease.expiresAt = endOf(now, ttlSeconds);
        begin(lease, now);
    }

    /** Forgets a lease; null if it is not known. */
    @Nullable
    Lease remove(long leaseId) {
        var lease = leases.remove(leaseId);
        if (lease == null) return null;
        if (lease.queued) order.remove(lease);
        checkpointSchedule.remove(lease);
        return lease;
    }

    /** Gives a lease its full life again; only for one that is not expired. */
    void renew(Lease lease, long now) {
        // After a promotion it may have more than its full life left: a renewal never takes any away.
        lease.expiresAt = Math.max(lease.expiresAt, endOf(now, lease.ttlSeconds));
        lease.checkpointSeconds = 0;
        scheduleCheckpoint(lease, now);
    }

    /** Takes up to {@code max} expired leases out of the order, oldest first. Each is to be revoked, or retried. */
    List<Lease> takeExpired(long now, int max) {
        var expired = new ArrayList<Lease>();
        while (expired.size() < max && !order.isEmpty() && order.first().queuedAt <= now) {
            var lease = order.first();
            order.remove(lease);
            lease.queued = false;
            if (lease.isExpired(now)) expired.add(lease);
            else enqueue(lease, lease.expiresAt);
        }
        return expired;
    }

    /** Puts back a lease whose revocation did not come about. */
    void retry(Lease lease, long at) {
        if (!lease.queued && leases.get(lease.id) == lease) enqueue(lease, at);
    }

    private void enqueue(Lease lease, long at) {
        lease.queuedAt = at;
        lease.queued = true;
        order.add(lease);
    }

    private void scheduleCheckpoint(Lease lease, long now) {
        checkpointSchedule.remove(lease);
        if (lease.expiresAt - now <= checkpointMillis) return;
        lease.checkpointAt = now + checkpointMillis;
        checkpointSchedule.add(lease);
    }

    /** No checkpoint is recorded for this lease for one more period. */
    void postponeCheckpoint(Lease lease, long now) {
        scheduleCheckpoint(lease, now);
    }

    /** Up to {@code max} leases whose remaining life is to be recorded now (spec L-7). */
    List<Lease> takeCheckpoints(long now, int max) {
        var due = new ArrayList<Lease>();
        for (var lease : checkpointSchedule) {
            if (due.size() == max || lease.checkpointAt > now) break;
            due.add(lease);
        }
        for (var lease : due) scheduleCheckpoint(lease, now);
        // Those with little life left were dropped from the schedule by that; their last checkpoint stands.
        due.removeIf(lease -> !checkpointSchedule.contains(lease));
        for (var lease : due) lease.checkpointSeconds = remainingSecondsUp(lease, now);
        return due;
    }

    /** What a promotion put on top of a life is not recorded: else it would grow with each change of leader. */
    private static long remainingSecondsUp(Lease lease, long now) {
        long most = lease.checkpointSeconds > 0 ? lease.checkpointSeconds : lease.ttlSeconds;
        return Math.min(most, (lease.expiresAt - now + 999) / 1000);
    }
}
