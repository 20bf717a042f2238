package io.actd.apply;

import com.google.protobuf.Message;
import io.actd.mvcc.RevisionEvents;
import io.actd.protocol.Outcome;
import io.actd.protocol.Refusal;
import io.actd.raft.Membership;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What one command did: {@link Applied} without the question who asked. */
record Done(
        Outcome outcome,
        @Nullable RevisionEvents events,
        List<LeaseChange> leaseChanges,
        @Nullable Membership membership,
        boolean compacted) {

    static Done refused(Refusal refusal) {
        return new Done(Outcome.refused(refusal), null, List.of(), null, false);
    }

    static Done answered(Message response) {
        return wrote(response, null);
    }

    static Done wrote(Message response, @Nullable RevisionEvents events) {
        return new Done(Outcome.ok(response), events, List.of(), null, false);
    }

    Done with(LeaseChange change) {
        return new Done(outcome, events, List.of(change), membership, compacted);
    }

    Done with(List<LeaseChange> changes) {
        return new Done(outcome, events, changes, membership, compacted);
    }

    Done with(@Nullable Membership changed) {
        return new Done(outcome, events, leaseChanges, changed, compacted);
    }

    Done withCompaction() {
        return new Done(outcome, events, leaseChanges, membership, true);
    }

    Applied by(long requestId, String op) {
        return new Applied(requestId, requestId == 0 ? null : outcome, events, leaseChanges, membership, compacted, op);
    }
}
