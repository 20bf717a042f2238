package io.actd.api.service;

import io.actd.api.ApiConfig;
import io.actd.api.ApiMetrics;
import io.actd.api.rpc.MethodTable;
import io.actd.api.rpc.UnaryCall;
import io.actd.member.MemberApi;
import io.actd.protocol.Outcome;
import io.actd.protocol.Refusal;
import io.actd.protocol.api.AlarmMember;
import io.actd.protocol.api.AlarmRequest;
import io.actd.protocol.api.AlarmResponse;
import io.actd.protocol.api.AlarmType;
import io.actd.protocol.api.HashKVRequest;
import io.actd.protocol.api.HashRequest;
import io.actd.protocol.api.MoveLeaderRequest;
import io.actd.protocol.api.StatusRequest;
import io.actd.protocol.api.StatusResponse;

/** {@code etcdserverpb.Maintenance} but what needs files. */
public final class MaintenanceService {
    private static final String SERVICE = "etcdserverpb.Maintenance";

    private final MemberApi member;
    private final ApiConfig config;
    private final Proposals proposals;
    private final ApiMetrics metrics;

    public MaintenanceService(MemberApi member, ApiConfig config, ApiMetrics metrics) {
        this.metrics = metrics;
        this.member = member;
        this.config = config;
        this.proposals = new Proposals(member, config.maxRequestBytes());
    }

    public void into(MethodTable table) {
        table.unary(SERVICE, "Status", StatusRequest.parser(), true, this::status);
        table.unary(SERVICE, "Alarm", AlarmRequest.parser(), this::alarm);
        table.unary(SERVICE, "Hash", HashRequest.parser(), this::hash);
        table.unary(SERVICE, "HashKV", HashKVRequest.parser(), this::hashKv);
        table.unary(SERVICE, "MoveLeader", MoveLeaderRequest.parser(), this::moveLeader);
    }

    /** Local, without quorum, on learners too (spec MT-9, MT-10). */
    private void status(StatusRequest request, UnaryCall call) {
        var state = member.state();
        var raft = member.status();
        var storageVersion = state.members().storageVersion();
        var response = StatusResponse.newBuilder()
                .setHeader(member.header(state.store().revision()))
                .setVersion(config.serverVersion())
                .setDbSize(state.dbSizeBytes())
                .setDbSizeInUse(state.dbSizeInUseBytes())
                .setDbSizeQuota(Math.max(0, config.quotaBytes()))
                .setLeader(raft.leader())
                .setRaftIndex(raft.commitIndex())
                .setRaftTerm(raft.term())
                .setRaftAppliedIndex(state.appliedIndex())
                .setIsLearner(MemberAdmission.isLearner(member))
                .setStorageVersion(storageVersion == null ? "" : storageVersion)
                .setDowngradeInfo(state.members().downgradeInfo());
        if (!raft.hasLeader()) response.addErrors(Refusal.NO_LEADER.text());
        for (var alarm : state.alarms().active(AlarmType.NONE)) response.addErrors(text(alarm));
        call.ok(response.build());
    }

    private static String text(AlarmMember alarm) {
        return "memberID:" + Long.toUnsignedString(alarm.getMemberID()) + " alarm:" + alarm.getAlarm();
    }

    /** Reading the alarms needs no log entry; it must only not be stale (spec MT-2). */
    private void alarm(AlarmRequest request, UnaryCall call) {
        switch (request.getAction()) {
            case GET -> member.linearizableRead(new StateRead(call, () -> activeAlarms(request.getAlarm())));
            case ACTIVATE, DEACTIVATE ->
                proposals.propose(proposals.command().setAlarm(request).build(), call);
            case UNRECOGNIZED -> call.refuse(Refusal.INVALID_ALARM_ACTION); // spec MT-4
        }
    }

    private Outcome activeAlarms(AlarmType type) {
        return Outcome.ok(AlarmResponse.newBuilder()
                .setHeader(member.header(member.state().store().revision()))
                .addAllAlarms(member.state().alarms().active(type))
                .build());
    }

    private void hash(HashRequest request, UnaryCall call) {
        member.blockingExecutor()
                .execute(new StateRead(
                        call, () -> member.state().hash(), (success, nanos) -> metrics.hashed(false, nanos)));
    }

    private void hashKv(HashKVRequest request, UnaryCall call) {
        member.blockingExecutor()
                .execute(new StateRead(
                        call, () -> member.state().hashKv(request), (success, nanos) -> metrics.hashed(true, nanos)));
    }

    /** Only the leader itself does it (spec MT-12). */
    private void moveLeader(MoveLeaderRequest request, UnaryCall call) {
        if (member.status().isLeader()) member.transferLeadership(request.getTargetID(), call);
        else call.refuse(Refusal.NOT_LEADER);
    }
}
