package io.actd.simulation.client;

import com.google.protobuf.Message;
import io.actd.apply.Command;
import io.actd.apply.RequestChecks;
import io.actd.lease.Lessor;
import io.actd.member.MemberApi;
import io.actd.member.ReadTask;
import io.actd.member.Reply;
import io.actd.protocol.Outcome;
import io.actd.protocol.Refusal;
import io.actd.protocol.api.CompactionRequest;
import io.actd.protocol.api.DeleteRangeRequest;
import io.actd.protocol.api.InternalRaftRequest;
import io.actd.protocol.api.LeaseGrantRequest;
import io.actd.protocol.api.LeaseKeepAliveRequest;
import io.actd.protocol.api.LeaseRevokeRequest;
import io.actd.protocol.api.LeaseTimeToLiveRequest;
import io.actd.protocol.api.PutRequest;
import io.actd.protocol.api.RangeRequest;
import io.actd.protocol.api.RequestHeader;
import io.actd.protocol.api.TxnRequest;
import java.util.function.Supplier;

/** What the API layer does with a request that passed its checks, without the wire. Runs in the member's process. */
final class Desk {
    private Desk() {}

    static void serve(MemberApi member, Message request, Reply reply) {
        switch (request) {
            case RangeRequest range -> {
                if (range.getSerializable()) reply.done(member.state().range(range));
                else read(member, () -> member.state().range(range), reply);
            }
            case TxnRequest txn
            when RequestChecks.isReadOnly(txn) -> {
                if (RequestChecks.isSerializable(txn)) reply.done(member.state().readOnlyTxn(txn));
                else read(member, () -> member.state().readOnlyTxn(txn), reply);
            }
            case TxnRequest txn -> write(member, command(member).setTxn(txn), reply);
            case PutRequest put -> write(member, command(member).setPut(put), reply);
            case DeleteRangeRequest delete -> write(member, command(member).setDeleteRange(delete), reply);
            case CompactionRequest compaction -> write(member, command(member).setCompaction(compaction), reply);
            case LeaseGrantRequest grant -> write(member, command(member).setLeaseGrant(grant), reply);
            case LeaseRevokeRequest revoke -> write(member, command(member).setLeaseRevoke(revoke), reply);
            case LeaseKeepAliveRequest keepAlive ->
                member.lessor().tell(new Lessor.KeepAlive(keepAlive.getID(), reply));
            case LeaseTimeToLiveRequest ask ->
                member.lessor().tell(new Lessor.TimeToLive(ask.getID(), ask.getKeys(), reply));
            default ->
                throw new IllegalArgumentException(
                        request.getDescriptorForType().getFullName());
        }
    }

    private static InternalRaftRequest.Builder command(MemberApi member) {
        return InternalRaftRequest.newBuilder()
                .setHeader(RequestHeader.newBuilder().setID(member.nextRequestId()));
    }

    private static void write(MemberApi member, InternalRaftRequest.Builder request, Reply reply) {
        member.propose(Command.of(request.build()), reply);
    }

    private static void read(MemberApi member, Supplier<Outcome> read, Reply reply) {
        member.linearizableRead(new ReadTask() {
            @Override
            public void run() {
                reply.done(read.get());
            }

            @Override
            public void refused(Refusal refusal) {
                reply.done(Outcome.refused(refusal));
            }
        });
    }
}
