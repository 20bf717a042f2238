package io.actd.e2e.cluster;

import java.util.EnumMap;
import java.util.Map;

/** How many faults of each kind were seen to take effect; safe for use by many threads. */
final class Faults {
    /** Kinds of faults. */
    enum Kind {
        KILL,
        STOP,
        PAUSE,
        CUT,
        LEADER_MOVED,
        DISK_FULL,
        DISK_SLOW,
        LOG_DAMAGED,
        CLOCK_JUMP,
        WIPE,
        REMOVE,
        ADD
    }

    private final Map<Kind, Integer> seen = new EnumMap<>(Kind.class); // guarded by this

    synchronized void saw(Kind kind) {
        seen.merge(kind, 1, Integer::sum);
    }

    /** What was seen since this was asked before. */
    synchronized Map<Kind, Integer> take() {
        Map<Kind, Integer> taken = new EnumMap<>(Kind.class);
        taken.putAll(seen);
        seen.clear();
        return taken;
    }
}
