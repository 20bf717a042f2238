package io.actd.check;

import java.util.List;

/**
 * What one client did with one lease. Its key hangs on the lease, nobody else touches it, so its end is the lease's.
 *
 * @param key name of that key
 * @param ttlNanos time to live as granted
 * @param renewals the grant and each keep-alive, in order
 * @param revoked whether the client ended it itself
 */
public record LeaseStory(long id, String key, long ttlNanos, List<Renewal> renewals, boolean revoked) {
    public LeaseStory {
        renewals = List.copyOf(renewals);
    }

    /**
     * A grant or keep-alive that was answered with a life of more than zero.
     *
     * @param callNanos before it was asked for
     * @param returnNanos when the answer was there
     */
    public record Renewal(long callNanos, long returnNanos) {}
}
