package io.actd.check;

import io.actd.protocol.api.PutResponse;
import io.actd.protocol.api.TxnResponse;
import java.util.Collection;
import java.util.TreeMap;

/**
 * Which term was seen when, by the headers of acknowledged writes: how the clients know of changes of leader.
 *
 * <p>What a lease is owed follows: whoever leads ends it in time, and a new leader gives it its whole time again and an
 * election timeout (spec L-5, L-6).
 */
public final class Reigns {
    /** @param firstSeenNanos end of the first call that was answered in this term */
    private record Reign(long firstSeenNanos, long lastSignNanos) {
        Reign with(Operation write) {
            return new Reign(Math.min(firstSeenNanos, write.returnNanos()), Math.max(lastSignNanos, write.callNanos()));
        }
    }

    /** When something was there for certain, and when it was first known to have ended. */
    record Life(long fromNanos, long toNanos) {}

    private final TreeMap<Long, Reign> reigns = new TreeMap<>(); // by term

    /** The terms of these calls. */
    public Reigns(Collection<Operation> operations) {
        for (Operation operation : operations) {
            long term = term(operation);
            if (term > 0) {
                Reign known = reigns.getOrDefault(term, new Reign(Long.MAX_VALUE, Long.MIN_VALUE));
                reigns.put(term, known.with(operation));
            }
        }
    }

    /** Changes of leader that one of these saw: it was there under the leader before, and ended under a later one. */
    int changesWithin(Collection<Life> lives) {
        int within = 0;
        long lastSign = Long.MIN_VALUE;
        for (Reign reign : reigns.values()) {
            long before = lastSign;
            if (lives.stream().anyMatch(life -> life.fromNanos() <= before && life.toNanos() >= reign.firstSeenNanos()))
                within++;
            lastSign = Math.max(lastSign, reign.lastSignNanos());
        }
        return within;
    }

    /** When the first leader was seen that was not seen by then; the largest number if there was none. */
    public long firstSeenAfter(long nanos) {
        return reigns.values().stream()
                .mapToLong(Reign::firstSeenNanos)
                .filter(seen -> seen > nanos)
                .min()
                .orElse(Long.MAX_VALUE);
    }

    private static long term(Operation operation) {
        boolean mayBeOld = operation.isSerializable();
        if (!mayBeOld && operation.outcome() instanceof Operation.Answered answer) {
            return switch (answer.response()) {
                case PutResponse put -> put.getHeader().getRaftTerm();
                case TxnResponse txn -> txn.getHeader().getRaftTerm();
                default -> 0;
            };
        }
        return 0;
    }

    /**
     * When a lease must have ended that nobody renews any more.
     *
     * @param dueNanos the end of its last renewal
     * @param extensionNanos what a new leader gives it from its promotion on; a renewal right after that takes nothing away
     * @param graceNanos what a leader may take to end what is due
     */
    long deadline(long dueNanos, long extensionNanos, long graceNanos) {
        long due = dueNanos;
        long lastSign = Long.MIN_VALUE; // of the leader before
        for (Reign reign : reigns.values()) {
            boolean endedByTheOneBefore = lastSign >= due + graceNanos;
            if (!endedByTheOneBefore) {
                due = Math.max(due, reign.firstSeenNanos() + extensionNanos);
            }
            lastSign = Math.max(lastSign, reign.lastSignNanos());
        }
        return due + graceNanos;
    }
}
