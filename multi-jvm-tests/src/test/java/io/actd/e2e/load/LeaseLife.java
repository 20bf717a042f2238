package io.actd.e2e.load;

import io.actd.check.LeaseStory;
import io.actd.check.LeaseStory.Renewal;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * What the holder of one lease knows of it; times are nanoseconds of one clock.
 *
 * @param renewals the grant and each keep-alive that was answered with a life
 * @param lastTriedNanos when the holder knew the end of its last attempt: no renewal came later
 * @param refusedNanos when a renewal was answered with "no such lease"; {@link Long#MAX_VALUE} if never
 * @param hasKey whether the put of its key was answered
 */
record LeaseLife(
        long lease, int ttlSeconds, List<Renewal> renewals, long lastTriedNanos, long refusedNanos, boolean hasKey) {

    /** One that was just granted. */
    static LeaseLife granted(long lease, int ttlSeconds, long sentNanos, long answeredNanos) {
        List<Renewal> first = List.of(new Renewal(sentNanos, answeredNanos));
        return new LeaseLife(lease, ttlSeconds, first, answeredNanos, Long.MAX_VALUE, false);
    }

    LeaseLife renewed(long sentNanos, long answeredNanos) {
        List<Renewal> more = new ArrayList<>(renewals);
        more.add(new Renewal(sentNanos, answeredNanos));
        return new LeaseLife(lease, ttlSeconds, List.copyOf(more), answeredNanos, refusedNanos, hasKey);
    }

    LeaseLife tried(long endNanos) {
        return new LeaseLife(lease, ttlSeconds, renewals, endNanos, refusedNanos, hasKey);
    }

    LeaseLife refused(long answeredNanos) {
        return new LeaseLife(lease, ttlSeconds, renewals, lastTriedNanos, answeredNanos, hasKey);
    }

    LeaseLife withKey() {
        return new LeaseLife(lease, ttlSeconds, renewals, lastTriedNanos, refusedNanos, true);
    }

    boolean isRefused() {
        return refusedNanos != Long.MAX_VALUE;
    }

    /** Whether it was refused before the time the last renewal promised (spec L-2). */
    boolean isRefusedEarly() {
        return isRefused() && refusedNanos < lastRenewal().callNanos() + ttlNanos();
    }

    Renewal lastRenewal() {
        return renewals.get(renewals.size() - 1);
    }

    /** Its end is not later than this, but for the time the cluster needs. */
    long dueNanos() {
        return lastTriedNanos + ttlNanos();
    }

    long ttlNanos() {
        return TimeUnit.SECONDS.toNanos(ttlSeconds);
    }

    /** For the checker. */
    LeaseStory story() {
        return new LeaseStory(lease, LeaseBook.key(lease).toStringUtf8(), ttlNanos(), renewals, false);
    }
}
