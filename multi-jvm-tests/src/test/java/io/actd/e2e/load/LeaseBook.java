package io.actd.e2e.load;

import com.google.protobuf.ByteString;
import io.actd.check.History;
import io.actd.check.LeaseChecker;
import io.actd.check.LeaseStory;
import io.actd.protocol.mvcc.Event;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
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
            deletedNanos.merge(Long.parseLong(key.substring(PREFIX.length())), System.nanoTime(), Math::min);
        }
    }

    /** Leases that may end by themselves. */
    Set<Long> all() {
        return Set.copyOf(lives.keySet());
    }

    /** How many keys were seen to vanish with their lease. */
    int ended() {
        return deletedNanos.size();
    }

    /** One sentence for each lease that ended before its time or came back to life (spec L-2, L-5). */
    List<String> early(History history) {
        List<LeaseStory> stories = lives.values().stream().map(LeaseLife::story).toList();
        List<String> early = new ArrayList<>();
        LeaseChecker.check(history, stories, 1).forEach(violation -> early.add(violation.toString()));
        lives.values().stream()
                .filter(LeaseLife::isRefusedEarly)
                .forEach(life -> early.add("no such lease, it was said before its time: " + life));
        return early;
    }

    /**
     * One sentence for each lease that outlived its time by more than the allowance and the longest silence of the
     * cluster meanwhile: without a leader nothing ends (spec L-5).
     */
    List<String> late(Duration allowance, Recording recording, long nowNanos) {
        List<String> late = new ArrayList<>();
        for (LeaseLife life : lives.values()) {
            boolean goesOn = life.hasKey() && !life.isRefused();
            long end = firstSignOfEnd(life, goesOn ? nowNanos : life.dueNanos());
            long silence = recording.longestSilenceNanos(life.lastRenewal().callNanos(), end);
            long overdue = end - life.dueNanos();
            if (overdue > silence + allowance.toNanos()) {
                late.add("lease %d of %d s ended %d ms after its time, longest silence %d ms"
                        .formatted(life.lease(), life.ttlSeconds(), overdue / 1_000_000, silence / 1_000_000));
            }
        }
        return late;
    }

    /** The latest end of all that ended, after its time. */
    long worstLatenessMillis() {
        return lives.values().stream()
                        .filter(life -> deletedNanos.containsKey(life.lease()))
                        .mapToLong(life -> firstSignOfEnd(life, 0) - life.dueNanos())
                        .max()
                        .orElse(0)
                / 1_000_000;
    }

    private long firstSignOfEnd(LeaseLife life, long otherwise) {
        Long deleted = deletedNanos.get(life.lease());
        if (deleted == null && !life.isRefused()) {
            return otherwise;
        }
        return Math.min(life.refusedNanos(), deleted == null ? Long.MAX_VALUE : deleted);
    }
}
