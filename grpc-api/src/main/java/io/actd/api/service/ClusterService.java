package io.actd.api.service;

import io.actd.api.rpc.MethodTable;
import io.actd.api.rpc.UnaryCall;
import io.actd.member.MemberApi;
import io.actd.protocol.Outcome;
import io.actd.protocol.api.MemberListRequest;
import io.actd.protocol.api.MemberListResponse;

/** {@code etcdserverpb.Cluster}: so far the list. */
public final class ClusterService {
    private static final String SERVICE = "etcdserverpb.Cluster";

    private final MemberApi member;

    public ClusterService(MemberApi member) {
        this.member = member;
    }

    public void into(MethodTable table) {
        table.unary(SERVICE, "MemberList", MemberListRequest.parser(), this::list);
    }

    private void list(MemberListRequest request, UnaryCall call) {
        var read = new StateRead(call, this::members);
        if (request.getLinearizable()) member.linearizableRead(read);
        else read.run();
    }

    /** Revision 0 in the header (spec H-2). */
    private Outcome members() {
        return Outcome.ok(MemberListResponse.newBuilder()
                .setHeader(member.header(0))
                .addAllMembers(member.state().members().all())
                .build());
    }
}
