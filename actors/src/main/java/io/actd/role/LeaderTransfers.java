package io.actd.role;

import io.actd.member.PendingReplies;
import io.actd.protocol.Outcome;
import io.actd.protocol.Refusal;
import io.actd.protocol.api.MoveLeaderResponse;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Who waits for which member to lead (spec MT-12). */
final class LeaderTransfers {
    private final PendingReplies pending;
    private final Map<Long, List<Long>> requestIds = new HashMap<>();

    LeaderTransfers(PendingReplies pending) {
        this.pending = pending;
    }

    void add(RaftNode.TransferLeadership order) {
        requestIds.computeIfAbsent(order.to(), to -> new ArrayList<>()).add(order.requestId());
    }

    /** The header stays absent (spec H-2). */
    void ended(long to, boolean completed) {
        var waiting = requestIds.remove(to);
        if (waiting == null) return;
        var outcome = completed
                ? Outcome.ok(MoveLeaderResponse.getDefaultInstance())
                : Outcome.refused(Refusal.TIMEOUT_LEADER_TRANSFER);
        for (long requestId : waiting) pending.complete(requestId, outcome);
    }

    void refuse(RaftNode.TransferLeadership order, Refusal refusal) {
        pending.complete(order.requestId(), Outcome.refused(refusal));
    }
}
