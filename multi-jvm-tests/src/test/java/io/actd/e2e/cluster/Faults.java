package io.actd.e2e.cluster;

import java.util.EnumMap;
import java.util.Map;

/** How many faults, and acts of an administrator, were seen to take effect; safe for use by many threads. */
final class Faults {
    /** Kinds of faults. */
    enum Kind {
        KILL("8"),
        POWER_LOST("9"),
        POWER_LOST_EVERYWHERE("10"),
        STOP("21", false),
        PAUSE("18"),
        CUT("17"),
        PACKETS_LOST("19"),
        LEADER_MOVED("21", false),
        DISK_FULL("13"),
        DISK_ERRORS("14"),
        DISK_SLOW("15"),
        LOG_DAMAGED("11"),
        CLOCK_JUMP("16"),
        WIPE("", false),
        REMOVE("27", false),
        ADD("27", false);

        private final String line;
        private final boolean injected;

        Kind(String line) {
            this(line, true);
        }

        Kind(String line, boolean injected) {
            this.line = line;
            this.injected = injected;
        }

        /** Line of the scoreboard that counts it; empty if none does. */
        String line() {
            return line;
        }

        /** Whether it is a fault, and not what an administrator does to a cluster that is well. */
        boolean isInjected() {
            return injected;
        }
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
