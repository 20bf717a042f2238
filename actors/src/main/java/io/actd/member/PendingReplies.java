package io.actd.member;

import io.actd.protocol.Outcome;
import io.actd.protocol.Refusal;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongFunction;

/**
 * Who waits for which command to be applied here. Bounded; thread-safe.
 *
 * <p>Deadlines are looked at in one sweep, so a request costs no timer.
 */
public final class PendingReplies {
    private record Pending(Reply reply, long askedNanos) {}

    private final ConcurrentHashMap<Long, Pending> byRequestId = new ConcurrentHashMap<>();
    private final AtomicInteger size = new AtomicInteger();
    private final int limit;

    public PendingReplies(int limit) {
        this.limit = limit;
    }

    /** Waits for an answer; false if too many do already. */
    public boolean add(long requestId, Reply reply, long nowNanos) {
        if (size.incrementAndGet() > limit) {
            size.decrementAndGet();
            return false;
        }
        byRequestId.put(requestId, new Pending(reply, nowNanos));
        return true;
    }

    /** Answers, if somebody still waits here. */
    public void complete(long requestId, Outcome outcome) {
        var pending = byRequestId.remove(requestId);
        if (pending != null) {
            size.decrementAndGet();
            pending.reply().done(outcome);
        }
    }

    /**
     * Refuses everybody who has waited since before {@code askedBeforeNanos}; returns how many.
     *
     * @param refusal what to say to one who has waited since then
     */
    public int expire(long askedBeforeNanos, LongFunction<Refusal> refusal) {
        int expired = 0;
        for (var waiting : byRequestId.entrySet()) {
            long askedNanos = waiting.getValue().askedNanos();
            if (askedNanos - askedBeforeNanos < 0) {
                complete(waiting.getKey(), Outcome.refused(refusal.apply(askedNanos)));
                expired++;
            }
        }
        return expired;
    }

    /** Refuses this one if it has waited since before {@code askedBeforeNanos}; true if nobody waits any more. */
    public boolean expire(long requestId, long askedBeforeNanos, Refusal refusal) {
        var waiting = byRequestId.get(requestId);
        if (waiting != null && waiting.askedNanos() - askedBeforeNanos >= 0) return false;
        complete(requestId, Outcome.refused(refusal));
        return true;
    }

    /** Refuses everybody. */
    public void refuseAll(Refusal refusal) {
        for (var requestId : byRequestId.keySet()) complete(requestId, Outcome.refused(refusal));
    }

    public int size() {
        return size.get();
    }
}
