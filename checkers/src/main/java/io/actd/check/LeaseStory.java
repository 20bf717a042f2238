package io.actd.check;

import java.util.List;

/**
 * What one client did with one lease. Its key hangs on the lease, nobody else touches it, so its end is the lease's.
 * Times are nanoseconds of the history's clock.
 *
 * @param key name of that key
 * @param ttlNanos time to live as granted
 * @param renewals the grant and each keep-alive that was answered with a life of more than zero, in order
 * @param revoked whether the client tried to end it itself
 * @param lastTriedNanos when its last attempt to renew was answered or given up; {@link #NEVER} if it did not note that
 * @param refusedNanos when it was first told that there is no such lease; {@link #NEVER} if it never was
 */
public record LeaseStory(
        long id,
        String key,
        long ttlNanos,
        List<Renewal> renewals,
        boolean revoked,
        long lastTriedNanos,
        long refusedNanos) {
    public static final long NEVER = Long.MAX_VALUE;

    public LeaseStory {
        renewals = List.copyOf(renewals);
    }

    /** Of a client that noted its renewals only. */
    public LeaseStory(long id, String key, long ttlNanos, List<Renewal> renewals, boolean revoked) {
        this(id, key, ttlNanos, renewals, revoked, NEVER, NEVER);
    }

    /**
     * A grant or keep-alive that was answered with a life of more than zero.
     *
     * @param callNanos before it was asked for
     * @param returnNanos when the answer was there
     */
    public record Renewal(long callNanos, long returnNanos) {}
}
