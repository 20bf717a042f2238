package io.actd.raft;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Reads a follower has asked its leader about (thesis §6.4). Bounded by what the owner admits, and by age.
 *
 * <p>On the wire a read has a number of its own, counted from a random start: read ids begin anew with each process, and
 * a late answer to a read of the process before would else be taken for one to a later read, with an index too low.
 */
final class ForwardedReads {
    private record Asked(long readId, long atTick) {}

    private final Map<Long, Asked> byNumber = new LinkedHashMap<>();
    private long nextNumber;
    private long ticks;

    ForwardedReads(long firstNumber) {
        this.nextNumber = firstNumber;
    }

    /** Number under which the leader is asked. */
    long ask(long readId) {
        long number = nextNumber++;
        byNumber.put(number, new Asked(readId, ticks));
        return number;
    }

    /** The read of that number, which is answered with this; null if it is unknown or was given up. */
    @Nullable
    Long answered(long number) {
        Asked asked = byNumber.remove(number);
        return asked == null ? null : asked.readId();
    }

    /** One tick passed; returns the reads that were asked {@code patienceTicks} ago and gives them up. */
    List<Long> tick(int patienceTicks) {
        ticks++;
        List<Long> givenUp = new ArrayList<>();
        var oldestFirst = byNumber.values().iterator();
        while (oldestFirst.hasNext()) {
            Asked asked = oldestFirst.next();
            if (ticks - asked.atTick() < patienceTicks) {
                break;
            }
            givenUp.add(asked.readId());
            oldestFirst.remove();
        }
        return givenUp;
    }

    /** Gives up all. */
    List<Long> giveUp() {
        List<Long> all = byNumber.values().stream().map(Asked::readId).toList();
        byNumber.clear();
        return all;
    }
}
