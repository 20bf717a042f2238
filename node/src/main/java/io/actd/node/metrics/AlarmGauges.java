package io.actd.node.metrics;

import io.actd.apply.MemberIds;
import io.actd.member.MemberApi;
import io.actd.protocol.api.AlarmMember;
import io.actd.protocol.api.AlarmType;
import java.util.HashSet;
import java.util.Set;

/** The alarms there are, found out when they are shown (spec operations.md §8.4); those that are gone show 0. */
final class AlarmGauges {
    private final Family<Gauge> alarms;
    private final Set<AlarmMember> shown = new HashSet<>();

    AlarmGauges(Registry registry) {
        alarms = registry.gauges("etcd_debugging_server_alarms", "Alarms that are on.", "server_id", "alarm_type");
    }

    synchronized void update(MemberApi member) {
        var active = member.state().alarms().active(AlarmType.NONE);
        shown.addAll(active);
        for (var alarm : shown) {
            alarms.with(MemberIds.hex(alarm.getMemberID()), alarm.getAlarm().name())
                    .set(active.contains(alarm) ? 1 : 0);
        }
    }
}
