package io.actd.api.service;

import io.actd.apply.Command;
import io.actd.member.MemberApi;
import io.actd.member.Reply;
import io.actd.member.SpaceAlarm;
import io.actd.protocol.Outcome;
import io.actd.protocol.Refusal;
import io.actd.protocol.api.AlarmType;
import io.actd.protocol.api.InternalRaftRequest;
import io.actd.protocol.api.RequestHeader;
import java.util.concurrent.atomic.AtomicBoolean;

/** Turns requests into replicated commands: id, quota, size, proposal. */
final class Proposals {
    private final MemberApi member;
    private final int maxRequestBytes;
    private final AtomicBoolean raisingAlarm = new AtomicBoolean();

    Proposals(MemberApi member, int maxRequestBytes) {
        this.member = member;
        this.maxRequestBytes = maxRequestBytes;
    }

    /** A command with a fresh id and nothing else yet (spec FM-41). */
    InternalRaftRequest.Builder command() {
        return InternalRaftRequest.newBuilder()
                .setHeader(RequestHeader.newBuilder().setID(member.nextRequestId()));
    }

    /**
     * Replicates a command that was checked; its answer goes to {@code reply}. While NOSPACE is in force here, commands
     * that it stops do not get into the log: they would be refused when they are applied (spec MT-7), and would
     * take what space is left for the logs. A member that lags says no until it has applied that the alarm is disarmed.
     */
    void propose(InternalRaftRequest request, Reply reply) {
        var command = Command.of(request);
        if (command.bytes().length > maxRequestBytes) reply.done(Outcome.refused(Refusal.REQUEST_TOO_LARGE));
        else if (member.state().stoppedForSpace(request)) reply.done(Outcome.refused(Refusal.NO_SPACE));
        else member.propose(command, reply);
    }

    /**
     * True if there is no room for the request: then {@code reply} was or will be told, and the member has raised
     * NOSPACE for itself before, so that whoever reads the refusal finds the alarm too (spec MT-6).
     */
    boolean refusedForSpace(InternalRaftRequest request, Reply reply) {
        var refusal = member.state().spaceRefusal(request);
        if (refusal == null) return false;
        var outcome = Outcome.refused(refusal);
        boolean alarmMissing =
                refusal == Refusal.NO_SPACE && !member.state().alarms().any(AlarmType.NOSPACE);
        if (alarmMissing && raisingAlarm.compareAndSet(false, true)) {
            member.propose(SpaceAlarm.of(member), raised -> {
                raisingAlarm.set(false);
                reply.done(outcome);
            });
        } else {
            reply.done(outcome);
        }
        return true;
    }
}
