package io.actd.member;

import io.actd.apply.Command;
import io.actd.protocol.api.AlarmRequest;
import io.actd.protocol.api.AlarmType;
import io.actd.protocol.api.InternalRaftRequest;
import io.actd.protocol.api.RequestHeader;

/** The command by which a member says that it is short of space (spec MT-6); while it is in force nobody writes (MT-7). */
public final class SpaceAlarm {
    private SpaceAlarm() {}

    /** Raises NOSPACE for this member; to be proposed. Harmless if it is there already. */
    public static Command of(MemberApi member) {
        return Command.of(InternalRaftRequest.newBuilder()
                .setHeader(RequestHeader.newBuilder().setID(member.nextRequestId()))
                .setAlarm(AlarmRequest.newBuilder()
                        .setAction(AlarmRequest.AlarmAction.ACTIVATE)
                        .setMemberID(member.memberId())
                        .setAlarm(AlarmType.NOSPACE))
                .build());
    }

    /** Whether this member itself has raised it, and nobody has disarmed it since. */
    public static boolean isRaised(MemberApi member) {
        return member.state().alarms().active(AlarmType.NOSPACE).stream()
                .anyMatch(alarm -> alarm.getMemberID() == member.memberId());
    }
}
