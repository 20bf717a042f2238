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
 * @param lastTriedNanos when its last attempt to renew was answered or given up: no renewal came later
 * @param refusedNanos when it was first told that there is no such lease; {@link #NEVER} if it never was
 * @param deletedNanos when a watch first showed that the key was deleted; {@link #NEVER} if none did
 */
public record LeaseStory(
        long id,
        String key,
        long ttlNanos,
        List<Renewal> renewals,
        boolean revoked,
        long lastTriedNanos,
        long refusedNanos,
        long deletedNanos) {
    public static final long NEVER = Long.MAX_VALUE;

    public LeaseStory {
        renewals = List.copyOf(renewals);
    }

    /** Its end is not due later than this, if no leader is new meanwhile. */
    long dueNanos() {
        return lastTriedNanos + ttlNanos;
    }

    /** When it was there for certain for the first time. */
    long grantedNanos() {
        return renewals.get(0).returnNanos();
    }

    /**
     * A grant or keep-alive that was answered with a life of more than zero.
     *
     * @param callNanos before it was asked for
     * @param returnNanos when the answer was there
     */
    public record Renewal(long callNanos, long returnNanos) {}
}
