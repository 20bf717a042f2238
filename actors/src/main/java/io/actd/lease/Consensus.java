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

/** What the lessor asks of the log. Every answer comes back to it as a message. */
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

    void revoke(long leaseId, Function<Outcome, Lessor.Command> message) {
        var revoke = LeaseRevokeRequest.newBuilder().setID(leaseId);
        propose(InternalRaftRequest.newBuilder().setLeaseRevoke(revoke), message);
    }

    void clearCheckpoint(long leaseId, Function<Outcome, Lessor.Command> message) {
        var clear = LeaseCheckpointRequest.newBuilder().addCheckpoints(checkpoint(leaseId, 0));
        propose(InternalRaftRequest.newBuilder().setLeaseCheckpoint(clear), message);
    }

    /** Nobody waits for it: the next round makes good for one that got lost. */
    void checkpoint(Collection<Lease> leases) {
        var checkpoints = LeaseCheckpointRequest.newBuilder();
        for (var lease : leases) checkpoints.addCheckpoints(checkpoint(lease.id, lease.checkpointSeconds));
        member.propose(command(InternalRaftRequest.newBuilder().setLeaseCheckpoint(checkpoints)), outcome -> {});
    }

    private static LeaseCheckpoint checkpoint(long leaseId, long remainingSeconds) {
        return LeaseCheckpoint.newBuilder()
                .setID(leaseId)
                .setRemainingTTL(remainingSeconds)
                .build();
    }

    private void propose(InternalRaftRequest.Builder request, Function<Outcome, Lessor.Command> message) {
        member.propose(command(request), outcome -> lessor.tell(message.apply(outcome)));
    }

    private Command command(InternalRaftRequest.Builder request) {
        var header = RequestHeader.newBuilder().setID(member.nextRequestId());
        return Command.of(request.setHeader(header).build());
    }
}
