package io.actd.simulation.client;

import io.actd.check.LeaseStory;
import io.actd.check.LeaseStory.Renewal;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What one client knows of a lease it holds, and what that rules out. Times are true nanoseconds. */
final class HeldLease {
    private static final long SECOND = 1_000_000_000L;

    /**
     * By how much things may be wrong at most.
     *
     * @param fastestClock seconds of the fastest clock in a true one
     * @param slowestClock seconds of the slowest clock in a true one
     * @param electionTimeoutNanos what a change of leader adds to a life (spec L-6)
     * @param checkpointNanos how often what is left is recorded (spec L-7)
     */
    record Limits(double fastestClock, double slowestClock, long electionTimeoutNanos, long checkpointNanos) {
        /**
         * By how much what is recorded may exceed what a leader that has settled says: it looks only so often, records no
         * life that ends before the next record, rounds up, and its commands take a moment.
         */
        long behindNanos() {
            return 2 * checkpointNanos + TICK_NANOS + SECOND + MOMENT_NANOS;
        }

        /** After so long in peace a leader has recorded what is left of each lease. */
        long settledNanos() {
            return 2 * checkpointNanos + 2 * TICK_NANOS;
        }
    }

    private static final long ALLOWANCE_NANOS = SECOND;
    private static final long TICK_NANOS = 500_000_000L;
    private static final long MOMENT_NANOS = 500_000_000L;

    /** What somebody was told of the life that is left. */
    private record Reading(long seconds, long callNanos, long returnNanos) {}

    /** No later life is longer, unless it is renewed. */
    private record Bound(long lifeNanos, long sinceNanos) {}

    private final long id;
    private final String key;
    private final long ttlNanos;
    private final Limits limits;
    private final List<Renewal> renewals = new ArrayList<>();
    private long lastTriedNanos;
    private @Nullable Reading reading; // the last one since it was renewed
    private @Nullable Bound bound; // the lowest since it was renewed
    private boolean revoked;
    private long goneNanos = LeaseStory.NEVER; // when somebody first said so

    HeldLease(long id, String key, long ttlSeconds, Limits limits, long callNanos, long returnNanos) {
        this.id = id;
        this.key = key;
        this.ttlNanos = ttlSeconds * SECOND;
        this.limits = limits;
        renewals.add(new Renewal(callNanos, returnNanos));
        lastTriedNanos = returnNanos;
    }

    long id() {
        return id;
    }

    /** The key that hangs on it and that nobody else touches. */
    String key() {
        return key;
    }

    long ttlNanos() {
        return ttlNanos;
    }

    boolean isGone() {
        return goneNanos != LeaseStory.NEVER;
    }

    /** Its end was asked for: from now on it may be gone any time. */
    void revoke() {
        revoked = true;
    }

    /** A keep-alive was answered with a life; empty if that may be. */
    String renewed(long callNanos, long returnNanos) {
        if (isGone()) return "LEASE_STAYS_GONE renewed at " + returnNanos + ": " + this;
        renewals.add(new Renewal(callNanos, returnNanos));
        tried(returnNanos);
        return "";
    }

    /** A keep-alive may have given it new life up to then. */
    void tried(long untilNanos) {
        lastTriedNanos = Math.max(lastTriedNanos, untilNanos);
        reading = null;
        bound = null;
    }

    /** Somebody said it is gone; empty if that may be (spec L-2). */
    String seenGone(long returnNanos) {
        goneNanos = Math.min(goneNanos, returnNanos);
        boolean early = !revoked && returnNanos < last().callNanos() + ttlNanos / limits.fastestClock();
        return early ? "LEASE_NOT_EARLY gone at " + returnNanos + ": " + this : "";
    }

    /**
     * Whoever was asked then saw it alive; empty if that may be (spec L-5, L-6).
     *
     * @param calmSince since when the same leader has led and nothing has been disturbed
     */
    String seenAlive(long callNanos, long calmSince) {
        if (isGone()) return "LEASE_STAYS_GONE alive at " + callNanos + ": " + this;
        boolean late = callNanos > latestEnd(calmSince);
        return late ? "LEASE_NOT_LATE alive at " + callNanos + ", calm since " + calmSince + ": " + this : "";
    }

    private double latestEnd(long calmSince) {
        double end = Math.max(lastTriedNanos, calmSince) + atMost(ttlNanos + limits.electionTimeoutNanos());
        if (bound == null) return end;
        return Math.min(end, Math.max(bound.sinceNanos(), calmSince) + atMost(bound.lifeNanos()));
    }

    private double atMost(long lifeNanos) {
        return (lifeNanos + ALLOWANCE_NANOS) / limits.slowestClock();
    }

    /**
     * The life it was said to have left; empty if that may be (spec L-7, L-16).
     *
     * @param calmSince as above
     */
    String remaining(long seconds, long callNanos, long returnNanos, long calmSince) {
        var now = new Reading(seconds, callNanos, returnNanos);
        double least = ttlNanos - (returnNanos - last().callNanos()) * limits.fastestClock();
        boolean fits = seconds * SECOND <= ttlNanos + limits.electionTimeoutNanos()
                && (revoked || (seconds + 1) * SECOND > least);
        if (!fits) return "LEASE_TRUE_TTL " + now + ": " + this;
        if (callNanos <= lastTriedNanos) return "";
        boolean grew = (bound != null && seconds * SECOND > bound.lifeNanos()) || standsStill(now, calmSince);
        if (grew) return "LEASE_NEVER_GROWS " + now + " after " + reading + ", " + bound + ": " + this;
        reading = now;
        if (callNanos > calmSince + limits.settledNanos()) lower(now);
        return "";
    }

    /** Longer than the same leader's last answer leaves: its clock has gone on. */
    private boolean standsStill(Reading now, long calmSince) {
        if (reading == null || reading.callNanos() < calmSince || now.seconds() == 0) return false;
        double gone = (now.callNanos() - reading.returnNanos()) * limits.slowestClock();
        return (now.seconds() - reading.seconds() - 1) * SECOND + gone > MOMENT_NANOS;
    }

    /** What is recorded by now, and an election timeout, is the most any later leader may give. */
    private void lower(Reading now) {
        long most = (now.seconds() + 1) * SECOND + limits.behindNanos() + limits.electionTimeoutNanos();
        if (bound == null || most < bound.lifeNanos()) bound = new Bound(most, now.returnNanos());
    }

    private Renewal last() {
        return renewals.getLast();
    }

    LeaseStory story() {
        return new LeaseStory(id, key, ttlNanos, renewals, revoked, lastTriedNanos, goneNanos, LeaseStory.NEVER);
    }

    @Override
    public String toString() {
        return story().toString();
    }
}
