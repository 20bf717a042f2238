package io.actd.lease;

import io.actd.member.MemberConfig;
import java.time.Duration;

/**
 * Periods of the lessor.
 *
 * @param tick how often expiry is looked at (spec L-5)
 * @param electionTimeoutMillis added to every lease at a promotion (spec L-6)
 * @param checkpointMillis how often the remaining life of leases with more than that left is recorded (spec L-7)
 * @param stallMillis silence after which leadership is confirmed again (spec L-13)
 * @param requestTimeoutMillis after which a revocation is tried again (spec L-5)
 */
record LessorSettings(
        Duration tick, long electionTimeoutMillis, long checkpointMillis, long stallMillis, long requestTimeoutMillis) {
    private static final Duration TICK = Duration.ofMillis(500);

    static LessorSettings of(MemberConfig config) {
        long election = config.electionTimeout().toMillis();
        return new LessorSettings(
                TICK,
                election,
                config.leaseCheckpoints().isZero()
                        ? Long.MAX_VALUE
                        : config.leaseCheckpoints().toMillis(),
                Math.max(election, 2 * TICK.toMillis()),
                config.requestTimeout().toMillis());
    }
}
