package io.actd.e2e.load;

import com.google.protobuf.ByteString;
import io.actd.check.History;
import io.actd.check.LatenessChecker;
import io.actd.check.LeaseChecker;
import io.actd.check.LeaseStory;
import io.actd.protocol.mvcc.Event;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** All leases of a story: how they were held, and when their keys were seen to vanish. */
final class LeaseBook {
    private static final String PREFIX = "lease/";

    private final Map<Long, LeaseLife> lives = new ConcurrentHashMap<>();
    private final Map<Long, Long> deletedNanos = new ConcurrentHashMap<>();

    /** The key that lives as long as the lease. */
    static ByteString key(long lease) {
        return ByteString.copyFromUtf8(PREFIX + lease);
    }

    void note(LeaseLife life) {
        lives.put(life.lease(), life);
    }

    /** What was noted last. */
    LeaseLife life(long lease) {
        LeaseLife life = lives.get(lease);
        if (life == null) {
            throw new IllegalArgumentException("never granted: " + lease);
        }
        return life;
    }

    /** Every watch of a story tells every event as it comes; the first to tell counts. */
    void saw(Event event) {
        String key = event.getKv().getKey().toStringUtf8();
        if (event.getType() == Event.EventType.DELETE && key.startsWith(PREFIX)) {
            long lease = Long.parseLong(key.substring(PREFIX.length()));
            if (lives.containsKey(lease)) { // not one of an earlier story
                deletedNanos.merge(lease, System.nanoTime(), Math::min);
            }
        }
    }

    /** How many keys were seen to vanish with their lease. */
    int ended() {
        return deletedNanos.size();
    }

    /** One sentence for each lease that ended before its time, came back to life or left something (spec L-2, L-4, L-5). */
    List<String> wrong(History history) {
        return LeaseChecker.check(history, stories(), 1).stream()
                .map(Object::toString)
                .toList();
    }

    /**
     * Those that ended late.
     *
     * @param election what a new leader adds to a lease's whole time
     * @param grace what a leader may take to end what is due
     */
    LatenessChecker.Result late(History history, Duration election, Duration grace, long nowNanos) {
        return LatenessChecker.check(history, stories(), election, grace, nowNanos);
    }

    private List<LeaseStory> stories() {
        return lives.values().stream()
                .map(life -> life.story(deletedNanos.getOrDefault(life.lease(), LeaseStory.NEVER)))
                .toList();
    }
}
