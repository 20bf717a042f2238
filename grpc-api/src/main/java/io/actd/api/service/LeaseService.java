package io.actd.api.service;

import io.actd.api.rpc.MethodTable;
import io.actd.api.rpc.UnaryCall;
import io.actd.lease.Lessor;
import io.actd.member.MemberApi;
import io.actd.protocol.api.LeaseGrantRequest;
import io.actd.protocol.api.LeaseLeasesRequest;
import io.actd.protocol.api.LeaseRevokeRequest;
import io.actd.protocol.api.LeaseTimeToLiveRequest;

/** {@code etcdserverpb.Lease} but LeaseKeepAlive. */
public final class LeaseService {
    private static final String SERVICE = "etcdserverpb.Lease";

    private final MemberApi member;
    private final Proposals proposals;

    public LeaseService(MemberApi member, int maxRequestBytes) {
        this.member = member;
        this.proposals = new Proposals(member, maxRequestBytes);
    }

    public void into(MethodTable table) {
        table.unary(SERVICE, "LeaseGrant", LeaseGrantRequest.parser(), this::grant);
        table.unary(SERVICE, "LeaseRevoke", LeaseRevokeRequest.parser(), this::revoke);
        table.unary(SERVICE, "LeaseTimeToLive", LeaseTimeToLiveRequest.parser(), this::timeToLive);
        table.unary(SERVICE, "LeaseLeases", LeaseLeasesRequest.parser(), this::leases);
    }

    private void grant(LeaseGrantRequest request, UnaryCall call) {
        var named = request.getID() != 0
                ? request
                : request.toBuilder().setID(freshId()).build();
        var command = proposals.command().setLeaseGrant(named).build();
        if (!proposals.refusedForSpace(command, call)) proposals.propose(command, call);
    }

    /** Positive and never 0 (spec L-1). */
    private long freshId() {
        long id = member.nextRequestId() & Long.MAX_VALUE;
        return id == 0 ? freshId() : id;
    }

    private void revoke(LeaseRevokeRequest request, UnaryCall call) {
        proposals.propose(proposals.command().setLeaseRevoke(request).build(), call);
    }

    private void timeToLive(LeaseTimeToLiveRequest request, UnaryCall call) {
        member.lessor().tell(new Lessor.TimeToLive(request.getID(), request.getKeys(), call));
    }

    private void leases(LeaseLeasesRequest request, UnaryCall call) {
        member.lessor().tell(new Lessor.Leases(call));
    }
}
