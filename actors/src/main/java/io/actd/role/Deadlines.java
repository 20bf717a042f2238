package io.actd.role;

import io.actd.member.RaftStatus;
import io.actd.protocol.Refusal;
import io.actd.raft.Membership;

/** Refuses what has waited for T, in one sweep each tick, so that a request costs no timer. */
final class Deadlines {
    /** A read index that takes longer is counted (spec OP-105). */
    private static final long SLOW_READ_NANOS = 500_000_000;

    private final NodeParts parts;
    private final Intake intake;
    private final ChangeQueue changes;
    private final ReadQueue reads;
    private final Timeouts timeouts;

    Deadlines(NodeParts parts, Intake intake, ChangeQueue changes, ReadQueue reads) {
        this.parts = parts;
        this.intake = intake;
        this.changes = changes;
        this.reads = reads;
        this.timeouts = new Timeouts(
                parts.connections(),
                parts.raft().self(),
                parts.tick().multipliedBy(parts.raft().electionTicks()).toNanos());
    }

    /** From now on the present leader is known. */
    void leaderKnown() {
        timeouts.leaderKnown(parts.world().clock().nanoTime());
    }

    void sweep(RaftStatus status, Membership membership) {
        long now = parts.world().clock().nanoTime();
        long deadline = now - parts.requestTimeout().toNanos();
        int slowReads = reads.countSlow(now - SLOW_READ_NANOS);
        for (int i = 0; i < slowReads; i++) parts.metrics().slowReadIndex();
        int lateReads = reads.expire(deadline, Refusal.TIMEOUT) + intake.expireReads(deadline, Refusal.TIMEOUT);
        for (int i = 0; i < lateReads; i++) parts.metrics().readIndexFailed();
        int proposals = changes.expire(deadline, status.hasLeader() ? Refusal.TIMEOUT : Refusal.DEADLINE_EXCEEDED);
        // What could not even be handed to the rules is gone for good (spec LM-1); the rest may still be applied.
        if (!status.hasLeader()) proposals += intake.expireProposals(deadline, Refusal.DEADLINE_EXCEEDED);
        proposals += parts.pending().expire(deadline, asked -> timeouts.of(asked, now, status, membership));
        for (int i = 0; i < proposals; i++) parts.metrics().proposalFailed();
    }
}
