package io.actd.apply;

import io.actd.protocol.api.AlarmMember;
import io.actd.protocol.api.AlarmType;
import java.util.List;

/** Alarms as applied (spec MT-1). Readable from any thread. */
public interface Alarms {
    /** All of a type; {@link AlarmType#NONE} gives all. */
    List<AlarmMember> active(AlarmType type);

    boolean any(AlarmType type);
}
