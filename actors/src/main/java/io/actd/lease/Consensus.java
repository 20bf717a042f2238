package io.actd.lease;

import io.actd.apply.Command;
import io.actd.member.MemberApi;
import io.actd.member.ReadTask;
import io.actd.protocol.Outcome;
import io.actd.protocol.Refusal;
import io.actd.protocol.api.InternalRaftRequest;
import io.actd.protocol.api.LeaseCheckpoint;
import io.actd.protocol.api.LeaseCheckpointRequest;
import io.actd.protocol.api.LeaseRevokeRequest;
import io.actd.protocol.api.RequestHeader;
import java.util.Collection;
import java.util.function.Function;
import org.apache.pekko.actor.typed.ActorRef;
import org.jspecify.annotations.Nullable;

/**
 * What the lessor asks of the log. Every answer comes back to it as a message. What it decides, it decides as leader of a
 * term: no later leader is made to carry it out, which may have renewed the lease meanwhile (spec L-13, faults L1).
 */
final class Consensus {
    private final MemberApi member;
    private final ActorRef<Lessor.Command> lessor;

    Consensus(MemberApi member, ActorRef<Lessor.Command> lessor) {
        this.member = member;
        this.lessor = lessor;
    }

    /** Answers once this member surely leads and has applied everything committed, or says why not (null: fine). */
    void whenApplied(Function<@Nullable Refusal, Lessor.Command> message) {
        member.linearizableRead(new ReadTask() {
            @Override
            public void run() {
                lessor.tell(message.apply(null));
            }

            @Override
            public void refused(Refusal refusal) {
                lessor.tell(message.apply(refusal));
            }
        });
    }

    void revoke(long term, long leaseId, Function<Outcome, Lessor.Command> message) {
        var revoke = LeaseRevokeRequest.newBuilder().setID(leaseId);
        propose(term, InternalRaftRequest.newBuilder().setLeaseRevoke(revoke), message);
    }

    void clearCheckpoint(long term, long leaseId, Function<Outcome, Lessor.Command> message) {
        var clear = LeaseCheckpointRequest.newBuilder().addCheckpoints(checkpoint(leaseId, 0));
        propose(term, InternalRaftRequest.newBuilder().setLeaseCheckpoint(clear), message);
    }

    /** Nobody waits for it: the next round makes good for one that got lost. */
    void checkpoint(long term, Collection<Lease> leases) {
        var checkpoints = LeaseCheckpointRequest.newBuilder();
        for (var lease : leases) checkpoints.addCheckpoints(checkpoint(lease.id, lease.checkpointSeconds));
        var request = InternalRaftRequest.newBuilder().setLeaseCheckpoint(checkpoints);
        member.proposeInTerm(term, command(request), outcome -> {});
    }

    private static LeaseCheckpoint checkpoint(long leaseId, long remainingSeconds) {
        return LeaseCheckpoint.newBuilder()
                .setID(leaseId)
                .setRemainingTTL(remainingSeconds)
                .build();
    }

    private void propose(long term, InternalRaftRequest.Builder request, Function<Outcome, Lessor.Command> message) {
        member.proposeInTerm(term, command(request), outcome -> lessor.tell(message.apply(outcome)));
    }

    private Command command(InternalRaftRequest.Builder request) {
        var header = RequestHeader.newBuilder().setID(member.nextRequestId());
        return Command.of(request.setHeader(header).build());
    }
}
