package io.actd.lease;

import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/** Expired leases on their way to the log: bounded per round and in flight (spec L-5). */
final class Revocations {
    private static final int PER_ROUND = 500;
    private static final int IN_FLIGHT = 16;

    private final Deque<Lease> due = new ArrayDeque<>();
    private int inFlight;

    /** How many more leases this round may take. */
    int room() {
        return PER_ROUND - due.size();
    }

    void add(Collection<Lease> expired) {
        due.addAll(expired);
    }

    /** The next lease to propose; null if none is due or enough are under way. */
    @Nullable
    Lease begin(LeaseClock clock) {
        while (inFlight < IN_FLIGHT && !due.isEmpty()) {
            var lease = due.remove();
            if (clock.find(lease.id) != lease) continue; // gone by another way
            inFlight++;
            return lease;
        }
        return null;
    }

    /** One proposal was answered, however. */
    void end() {
        inFlight--;
    }

    /** Nothing is due any more; what is under way comes to its end. */
    void clear() {
        due.clear();
    }
}
