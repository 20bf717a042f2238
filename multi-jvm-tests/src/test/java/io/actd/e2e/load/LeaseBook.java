package io.actd.e2e.load;

import com.google.protobuf.ByteString;
import io.actd.check.History;
import io.actd.check.LeaseChecker;
import io.actd.check.LeaseStory;
import io.actd.protocol.mvcc.Event;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** All leases of a story: how they were held, and when their keys were seen to vanish. */
final class LeaseBook {
    private static final String PREFIX = "lease/";

    private final Map<Long, LeaseLife> lives = new ConcurrentHashMap<>();
    private final Map<Long, Long> deletedNanos = new ConcurrentHashMap<>();
    private long worstOverdueNanos; // of all that was asked about

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

    int renewals() {
        return lives.values().stream()
                .mapToInt(life -> life.renewals().size() - 1)
                .sum();
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
     * One sentence for each lease that outlived what it was owed by more than the longest silence of the cluster
     * meanwhile: without a majority nothing ends (spec L-5, L-6).
     *
     * @param election what a new leader adds to a lease's whole time
     * @param grace what a leader may take to end what is due
     */
    List<String> late(Duration election, Duration grace, Recording recording, long nowNanos) {
        Reigns reigns = new Reigns(recording.operations());
        List<String> late = new ArrayList<>();
        for (LeaseLife life : lives.values()) {
            long deadline = reigns.deadline(life.dueNanos(), life.ttlNanos() + election.toNanos(), grace.toNanos());
            boolean goesOn = life.hasKey() && !life.isRefused();
            long end = firstSignOfEnd(life, goesOn ? nowNanos : life.dueNanos());
            long silence = recording.longestSilenceNanos(deadline - grace.toNanos(), end);
            worstOverdueNanos = Math.max(worstOverdueNanos, end - deadline + grace.toNanos() - silence);
            if (end - deadline > silence) {
                late.add("lease %d of %d s ended at %s, %d ms after its time, %d ms after it was owed, silence of %d ms"
                        .formatted(
                                life.lease(),
                                life.ttlSeconds(),
                                Instant.now().minusNanos(System.nanoTime() - end), // to be found in the servers' logs
                                (end - life.dueNanos()) / 1_000_000,
                                (end - deadline) / 1_000_000,
                                silence / 1_000_000));
            }
        }
        return late;
    }

    /** How long after what it was owed, and without the longest silence meanwhile, the latest of {@link #late} ended. */
    long worstOverdueMillis() {
        return worstOverdueNanos / 1_000_000;
    }

    private long firstSignOfEnd(LeaseLife life, long otherwise) {
        Long deleted = deletedNanos.get(life.lease());
        if (deleted == null && !life.isRefused()) {
            return otherwise;
        }
        return Math.min(life.refusedNanos(), deleted == null ? Long.MAX_VALUE : deleted);
    }
}
