package io.actd.role;

import io.actd.apply.Command;
import io.actd.member.MemberMetrics;
import io.actd.member.PendingReplies;
import io.actd.protocol.Outcome;
import io.actd.protocol.Refusal;
import io.actd.raft.Payload;
import java.util.ArrayList;
import java.util.List;

/**
 * Clients' work on its way into the rules: what arrived within one turn becomes one batch; while no leader is known,
 * proposals are held, at most {@link #MAX_HELD} of them.
 */
final class Intake {
    static final int MAX_HELD = 4096;

    private final PendingReplies pending;
    private final MemberMetrics metrics;
    private boolean batchAnnounced;
    private List<Payload> proposals = new ArrayList<>();
    private List<RaftNode.Read> reads = new ArrayList<>();
    private boolean someAskedBefore;

    Intake(PendingReplies pending, MemberMetrics metrics) {
        this.pending = pending;
        this.metrics = metrics;
    }

    void add(Command command) {
        proposals.add(command);
    }

    void add(RaftNode.Read read) {
        reads.add(read);
    }

    /** Keeps a proposal until a leader is known (spec LM-1). */
    void hold(Command command) {
        if (proposals.size() < MAX_HELD) proposals.add(command);
        else refuse(command, Refusal.TOO_MANY_REQUESTS);
    }

    /** Takes a read back that was asked about in vain. */
    void addAgain(RaftNode.Read read) {
        reads.add(read);
        someAskedBefore = true;
    }

    void refuse(Command command, Refusal refusal) {
        metrics.proposalFailed();
        pending.complete(requestId(command), Outcome.refused(refusal));
    }

    private static long requestId(Command command) {
        return command.request().getHeader().getID();
    }

    List<Payload> takeProposals() {
        var taken = proposals;
        proposals = new ArrayList<>(taken.size());
        return taken;
    }

    /** Reads to ask about in this term. Who asked another leader before is told that it changed (spec RG-3). */
    List<RaftNode.Read> takeReads(long term) {
        var taken = reads;
        reads = new ArrayList<>(taken.size());
        if (someAskedBefore) {
            someAskedBefore = false;
            taken.removeIf(read -> {
                boolean leaderChanged = read.askedTerm() != 0 && read.askedTerm() != term;
                if (leaderChanged) read.task().refused(Refusal.LEADER_CHANGED);
                return leaderChanged;
            });
        }
        return taken;
    }

    /** Refuses gathered proposals older than that moment, which the rules will never see; returns how many. */
    int expireProposals(long askedBeforeNanos, Refusal refusal) {
        int before = proposals.size();
        proposals.removeIf(payload ->
                payload instanceof Command command && pending.expire(requestId(command), askedBeforeNanos, refusal));
        return before - proposals.size();
    }

    /** Refuses gathered reads asked before that moment; returns how many. */
    int expireReads(long askedBeforeNanos, Refusal refusal) {
        return ReadQueue.expire(reads, askedBeforeNanos, refusal);
    }

    /** True if something waits and no batch was announced yet; announces it. */
    boolean announceBatch() {
        if (batchAnnounced || (proposals.isEmpty() && reads.isEmpty())) return false;
        batchAnnounced = true;
        return true;
    }

    void batchTaken() {
        batchAnnounced = false;
    }
}
