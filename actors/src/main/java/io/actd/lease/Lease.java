package io.actd.lease;

import java.util.ArrayList;
import java.util.List;

/** One lease as the leader's clock sees it. Times are milliseconds of that clock. Confined to the lessor. */
final class Lease {
    final long id;
    final long ttlSeconds;
    /** When its life ends; a lease lives at least until then (spec L-2). */
    long expiresAt;
    /** Its place in the order of expiry, not later than {@link #expiresAt}; valid while {@link #queued}. */
    long queuedAt;
    /** False while its revocation is under way. */
    boolean queued;
    /** Remaining life that is, or soon will be, recorded in the log; 0: none (spec L-7). */
    long checkpointSeconds;
    /** When the remaining life is to be recorded next; valid while it is scheduled. */
    long checkpointAt;
    /** Keep-alives that wait for the revocation (spec L-12). */
    final List<Renewal> waiters = new ArrayList<>(0);

    Lease(long id, long ttlSeconds) {
        this.id = id;
        this.ttlSeconds = ttlSeconds;
    }

    boolean isExpired(long now) {
        return expiresAt <= now;
    }
}
