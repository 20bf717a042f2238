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
 * @param refusedNanos when a renewal was answered with "no such lease"; {@link LeaseStory#NEVER} if never
 */
record LeaseLife(long lease, int ttlSeconds, List<Renewal> renewals, long lastTriedNanos, long refusedNanos) {

    /** One that was just granted. */
    static LeaseLife granted(long lease, int ttlSeconds, long sentNanos, long answeredNanos) {
        List<Renewal> first = List.of(new Renewal(sentNanos, answeredNanos));
        return new LeaseLife(lease, ttlSeconds, first, answeredNanos, LeaseStory.NEVER);
    }

    LeaseLife renewed(long sentNanos, long answeredNanos) {
        List<Renewal> more = new ArrayList<>(renewals);
        more.add(new Renewal(sentNanos, answeredNanos));
        return new LeaseLife(lease, ttlSeconds, List.copyOf(more), answeredNanos, refusedNanos);
    }

    LeaseLife tried(long endNanos) {
        return new LeaseLife(lease, ttlSeconds, renewals, endNanos, refusedNanos);
    }

    LeaseLife refused(long answeredNanos) {
        return new LeaseLife(lease, ttlSeconds, renewals, lastTriedNanos, answeredNanos);
    }

    boolean isRefused() {
        return refusedNanos != LeaseStory.NEVER;
    }

    long ttlNanos() {
        return TimeUnit.SECONDS.toNanos(ttlSeconds);
    }

    /** For the checkers. */
    LeaseStory story(long deletedNanos) {
        String key = LeaseBook.key(lease).toStringUtf8();
        return new LeaseStory(lease, key, ttlNanos(), renewals, false, lastTriedNanos, refusedNanos, deletedNanos);
    }
}
