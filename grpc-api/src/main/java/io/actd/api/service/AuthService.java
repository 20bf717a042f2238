package io.actd.api.service;

import io.actd.api.rpc.MethodTable;
import io.actd.member.MemberApi;
import io.actd.protocol.api.AuthStatusRequest;
import io.actd.protocol.api.AuthStatusResponse;

/** {@code etcdserverpb.Auth}: there are no users yet, and AuthStatus says so. */
public final class AuthService {
    private final MemberApi member;

    public AuthService(MemberApi member) {
        this.member = member;
    }

    public void into(MethodTable table) {
        table.unary("etcdserverpb.Auth", "AuthStatus", AuthStatusRequest.parser(), (request, call) -> {
            var header = member.header(member.state().store().revision());
            call.ok(AuthStatusResponse.newBuilder().setHeader(header).build());
        });
    }
}
