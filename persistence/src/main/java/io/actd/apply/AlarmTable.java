package io.actd.apply;

import io.actd.backend.Bucket;
import io.actd.backend.BufferedBackend;
import io.actd.mvcc.MvccStore;
import io.actd.protocol.Refusal;
import io.actd.protocol.api.AlarmMember;
import io.actd.protocol.api.AlarmRequest;
import io.actd.protocol.api.AlarmResponse;
import io.actd.protocol.api.AlarmType;
import io.actd.protocol.api.InternalRaftRequest;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Alarms and what they forbid (spec MT-1 to MT-8). The row of an alarm is its encoded form (spec FM-70). Changed by the
 * writer thread, readable from any.
 */
final class AlarmTable implements Alarms {
    private static final byte[] NO_VALUE = {};
    private static final Comparator<AlarmMember> ORDER = Comparator.comparing(
                    AlarmMember::getMemberID, Long::compareUnsigned)
            .thenComparing(AlarmMember::getAlarmValue);

    private final BufferedBackend backend;
    /** Sorted, replaced as a whole. */
    private volatile List<AlarmMember> active = List.of();

    private AlarmTable(BufferedBackend backend) {
        this.backend = backend;
    }

    static AlarmTable load(BufferedBackend backend) {
        var table = new AlarmTable(backend);
        var rows = new ArrayList<AlarmMember>();
        Rows.each(backend, Bucket.ALARM, (key, value) -> rows.add(Rows.parse(AlarmMember.parser(), key, Bucket.ALARM)));
        table.replace(rows);
        return table;
    }

    @Override
    public List<AlarmMember> active(AlarmType type) {
        return type == AlarmType.UNRECOGNIZED ? List.of() : ofType(type.getNumber());
    }

    @Override
    public boolean any(AlarmType type) {
        return !active.isEmpty() && !active(type).isEmpty();
    }

    /** What the active alarms forbid: a function of applied state only, so the same on all members. */
    @Nullable
    Refusal refusal(InternalRaftRequest request) {
        if (active.isEmpty()) return null;
        if (any(AlarmType.CORRUPT) && forbiddenWhenCorrupt(request)) return Refusal.CORRUPT; // spec MT-8
        return stopForSpace(request) ? Refusal.NO_SPACE : null;
    }

    /** Spec MT-7. */
    boolean stopForSpace(InternalRaftRequest request) {
        return any(AlarmType.NOSPACE) && SpaceCost.of(request) > 0;
    }

    Done execute(AlarmRequest request, Headers headers, MvccStore store) {
        var alarm = AlarmMember.newBuilder()
                .setMemberID(request.getMemberID())
                .setAlarmValue(request.getAlarmValue())
                .build();
        List<AlarmMember> answer;
        switch (request.getAction()) {
            case GET -> answer = ofType(request.getAlarmValue()); // spec MT-2
            case ACTIVATE -> answer = activate(alarm);
            case DEACTIVATE -> answer = deactivate(alarm);
            default -> {
                return Done.refused(Refusal.INVALID_ALARM_ACTION); // spec MT-4
            }
        }
        return Done.answered(AlarmResponse.newBuilder()
                .setHeader(headers.at(store.revision()))
                .addAllAlarms(answer)
                .build());
    }

    /** Spec MT-3. */
    private List<AlarmMember> activate(AlarmMember alarm) {
        if (alarm.getAlarm() == AlarmType.NONE) return List.of();
        if (!active.contains(alarm)) {
            backend.put(Bucket.ALARM, alarm.toByteArray(), NO_VALUE);
            var more = new ArrayList<>(active);
            more.add(alarm);
            replace(more);
        }
        return List.of(alarm);
    }

    /** Spec MT-4. */
    private List<AlarmMember> deactivate(AlarmMember alarm) {
        var fewer = new ArrayList<>(active);
        if (!fewer.remove(alarm)) return List.of();
        backend.delete(Bucket.ALARM, alarm.toByteArray());
        replace(fewer);
        return List.of(alarm);
    }

    private List<AlarmMember> ofType(int type) {
        var all = active;
        if (type == AlarmType.NONE_VALUE) return all;
        var some = new ArrayList<AlarmMember>();
        for (AlarmMember alarm : all) {
            if (alarm.getAlarmValue() == type) some.add(alarm);
        }
        return some;
    }

    private void replace(List<AlarmMember> alarms) {
        alarms.sort(ORDER);
        active = List.copyOf(alarms);
    }

    private static boolean forbiddenWhenCorrupt(InternalRaftRequest request) {
        return request.hasPut()
                || request.hasDeleteRange()
                || (request.hasTxn() && !RequestChecks.isReadOnly(request.getTxn()))
                || request.hasCompaction()
                || request.hasLeaseGrant()
                || request.hasLeaseRevoke();
    }
}
