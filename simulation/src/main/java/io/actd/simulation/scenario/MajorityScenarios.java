package io.actd.simulation.scenario;

import static io.actd.simulation.scenario.Scenario.Need.fault;

import io.actd.simulation.fault.Fault.Kind;
import java.util.List;

/** Whoever leads is hit for good, and the others have to serve all the same. */
final class MajorityScenarios {
    private MajorityScenarios() {}

    static List<Scenario> all() {
        return List.of(
                stays("deaf-leader", "the leader is heard by all and hears nobody", Kind.ISOLATE_INBOUND),
                stays("mute-leader", "the leader hears all and is heard by nobody", Kind.ISOLATE_OUTBOUND),
                stays("lost-link", "the leader and one other do not hear each other", Kind.CUT_PAIR),
                stays("no-calls", "the leader can not be reached by clients", Kind.NO_CALLS));
    }

    private static Scenario stays(String name, String what, Kind kind) {
        return Scenario.of(name, what, 3, script -> script.lasts(10).leaderStays(kind), fault(kind));
    }
}
