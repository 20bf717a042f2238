package io.actd.role;

import io.actd.member.MemberChange;
import io.actd.member.PendingReplies;
import io.actd.protocol.Outcome;
import io.actd.protocol.Refusal;
import io.actd.raft.Raft;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/**
 * Membership changes on their way into the rules: one at a time, the others wait here (spec M-6), and while no leader is
 * known all do. At most {@link #MAX_WAITING} of them, each for T at the longest.
 */
final class ChangeQueue {
    static final int MAX_WAITING = 64;

    private final PendingReplies pending;
    private final long self;
    private final ArrayDeque<ProposedChange> waiting = new ArrayDeque<>();

    ChangeQueue(PendingReplies pending, long self) {
        this.pending = pending;
        this.self = self;
    }

    void add(ProposedChange change) {
        if (waiting.size() < MAX_WAITING) waiting.add(change);
        else refuse(change, Refusal.TOO_MANY_REQUESTS);
    }

    /** The next change to propose; null if none waits, or the one that did was refused. */
    @Nullable
    ProposedChange next(Raft rules) {
        var next = waiting.poll();
        if (next == null || !(next.change() instanceof MemberChange.Promote promote)) return next;
        var refusal = promotionRefusal(rules, promote.memberId());
        if (refusal == null) return next;
        refuse(next, refusal);
        return null;
    }

    /**
     * A learner that lags would, as a voter, hold up commits until it has caught up (spec M-10). Members that take no part
     * are refused when the change is applied, if not here.
     */
    private @Nullable Refusal promotionRefusal(Raft rules, long memberId) {
        var own = rules.matchIndex(self);
        if (own.isEmpty()) return Refusal.LEADER_CHANGED; // it led when it was asked
        var learner = rules.matchIndex(memberId);
        if (learner.isEmpty()) return Refusal.MEMBER_NOT_FOUND;
        return learner.getAsLong() < own.getAsLong() * 0.9 ? Refusal.LEARNER_NOT_READY : null;
    }

    /** The rules did not take it: it comes first when they can. */
    void putBack(ProposedChange change) {
        waiting.addFirst(change);
    }

    void refuse(ProposedChange change, Refusal refusal) {
        if (change.requestId() != 0) pending.complete(change.requestId(), Outcome.refused(refusal));
    }

    /** Refuses changes asked for before that moment: they were never handed to the rules, and will not be. */
    int expire(long askedBeforeNanos, Refusal refusal) {
        int before = waiting.size();
        waiting.removeIf(change -> change.requestId() == 0
                ? change.askedNanos() - askedBeforeNanos < 0
                : pending.expire(change.requestId(), askedBeforeNanos, refusal));
        return before - waiting.size();
    }
}
