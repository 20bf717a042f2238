package io.actd.role;

import io.actd.apply.Command;
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
    private boolean batchAnnounced;
    private List<Payload> proposals = new ArrayList<>();
    private List<RaftNode.Read> reads = new ArrayList<>();

    Intake(PendingReplies pending) {
        this.pending = pending;
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

    void refuse(Command command, Refusal refusal) {
        pending.complete(command.request().getHeader().getID(), Outcome.refused(refusal));
    }

    List<Payload> takeProposals() {
        var taken = proposals;
        proposals = new ArrayList<>(taken.size());
        return taken;
    }

    List<RaftNode.Read> takeReads() {
        var taken = reads;
        reads = new ArrayList<>(taken.size());
        return taken;
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
