package io.actd.simulation.client;

import io.actd.check.LeaseStory;
import io.actd.check.LeaseStory.Renewal;
import java.util.ArrayList;
import java.util.List;

/** What one client knows of a lease it holds, and what that rules out. Times are true nanoseconds. */
final class HeldLease {
    private static final long SECOND = 1_000_000_000L;

    /**
     * By how much things may be wrong at most.
     *
     * @param fastestClock seconds of the fastest clock in a true one
     * @param slowestClock seconds of the slowest clock in a true one
     * @param electionTimeoutNanos what a change of leader adds to a life (spec L-6)
     */
    record Limits(double fastestClock, double slowestClock, long electionTimeoutNanos) {}

    private static final long ALLOWANCE_NANOS = SECOND;

    private final long id;
    private final String key;
    private final long ttlNanos;
    private final Limits limits;
    private final List<Renewal> renewals = new ArrayList<>();
    private long lastTriedNanos;
    private boolean revoked;
    private boolean gone;

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
        return gone;
    }

    /** Its end was asked for: from now on it may be gone any time. */
    void revoke() {
        revoked = true;
    }

    /** A keep-alive was answered with a life; empty if that may be. */
    String renewed(long callNanos, long returnNanos) {
        if (gone) return "LEASE_STAYS_GONE renewed at " + returnNanos + ": " + this;
        renewals.add(new Renewal(callNanos, returnNanos));
        tried(returnNanos);
        return "";
    }

    /** A keep-alive may have given it new life up to then. */
    void tried(long untilNanos) {
        lastTriedNanos = Math.max(lastTriedNanos, untilNanos);
    }

    /** Somebody said it is gone; empty if that may be (spec L-2). */
    String seenGone(long returnNanos) {
        gone = true;
        boolean early = !revoked && returnNanos < last().callNanos() + ttlNanos / limits.fastestClock();
        return early ? "LEASE_NOT_EARLY gone at " + returnNanos + ": " + this : "";
    }

    /**
     * Whoever was asked then saw it alive; empty if that may be (spec L-5, L-6).
     *
     * @param calmSince since when the same leader has led and nothing has been disturbed
     */
    String seenAlive(long callNanos, long calmSince) {
        if (gone) return "LEASE_STAYS_GONE alive at " + callNanos + ": " + this;
        double longest = (ttlNanos + limits.electionTimeoutNanos() + ALLOWANCE_NANOS) / limits.slowestClock();
        boolean late = callNanos > Math.max(lastTriedNanos, calmSince) + longest;
        return late ? "LEASE_NOT_LATE alive at " + callNanos + ", calm since " + calmSince + ": " + this : "";
    }

    /** The life it was said to have left; empty if that may be (spec L-16). */
    String remaining(long seconds, long returnNanos) {
        long most = ttlNanos + limits.electionTimeoutNanos();
        double least = ttlNanos - (returnNanos - last().callNanos()) * limits.fastestClock();
        boolean fits = seconds * SECOND <= most && (revoked || (seconds + 1) * SECOND > least);
        return fits ? "" : "LEASE_TRUE_TTL " + seconds + " s left at " + returnNanos + ": " + this;
    }

    private Renewal last() {
        return renewals.getLast();
    }

    LeaseStory story() {
        return new LeaseStory(id, key, ttlNanos, renewals, revoked, lastTriedNanos, LeaseStory.NEVER, LeaseStory.NEVER);
    }

    @Override
    public String toString() {
        return story().toString();
    }
}
