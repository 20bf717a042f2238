package io.actd.api.service;

import io.actd.api.rpc.Admission;
import io.actd.api.rpc.CallHeaders;
import io.actd.member.MemberApi;
import io.actd.protocol.Refusal;
import org.jspecify.annotations.Nullable;

/** What must hold before any call is looked into, in the order of spec O-1. */
public final class MemberAdmission implements Admission {
    private final MemberApi member;

    public MemberAdmission(MemberApi member) {
        this.member = member;
    }

    @Override
    public @Nullable Refusal check(CallHeaders headers, boolean byLearners) {
        if (!byLearners && isLearner(member)) return Refusal.NOT_SUPPORTED_FOR_LEARNER; // spec M-14
        if (!headers.versionIsUtf8()) return Refusal.INVALID_CLIENT_API_VERSION;
        if (headers.requireLeader() && !member.status().hasLeader()) return Refusal.NO_LEADER; // spec MD-2
        return null;
    }

    static boolean isLearner(MemberApi member) {
        var learners = member.state().membership().learners();
        return !learners.isEmpty() && learners.contains(member.memberId());
    }
}
