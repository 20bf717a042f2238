package io.actd.simulation.scenario;

import static io.actd.simulation.scenario.Scenario.Need.fault;
import static io.actd.simulation.scenario.Scenario.Need.moment;
import static io.actd.simulation.scenario.Script.ALL_LINKS;
import static io.actd.simulation.scenario.Script.LEADER;
import static io.actd.simulation.scenario.Script.SOMEBODY;

import io.actd.simulation.check.Moment;
import io.actd.simulation.client.Workload.Mix;
import io.actd.simulation.fault.Fault.Kind;
import io.actd.simulation.scenario.Script.Step;
import java.util.List;

/** A lease lives as long as promised, and no longer (list L of the faults). */
final class LeaseScenarios {
    private LeaseScenarios() {}

    static List<Scenario> all() {
        return List.of(
                Scenario.of(
                        "L1",
                        "a leader that stood still, or waited for its disk, comes back deposed",
                        3,
                        script -> script.leases(8)
                                .rounds(
                                        6_000,
                                        new Step(0, Kind.SLOW_DISK, LEADER, 4_000, 2_000),
                                        new Step(500, Kind.PAUSE, LEADER, 2_500)),
                        fault(Kind.PAUSE),
                        fault(Kind.SLOW_DISK),
                        moment(Moment.LEADER_CHANGED),
                        moment(Moment.LEASE_EXPIRED)),
                Scenario.of(
                        "L2",
                        "leases over one change of the leader after another",
                        3,
                        script -> script.leases(8).lasts(80).rounds(2_500, new Step(0, Kind.MOVE_LEADER, SOMEBODY)),
                        fault(Kind.MOVE_LEADER),
                        moment(Moment.LEASE_RENEWED),
                        moment(Moment.LEASE_EXPIRED)),
                Scenario.of(
                        "L3",
                        "leases are renewed after their end, on any member",
                        3,
                        script -> script.leases(10).rounds(4_000, new Step(0, Kind.SLOW_NET, ALL_LINKS, 2_000, 200)),
                        moment(Moment.LEASE_REVOKED),
                        moment(Moment.LEASE_EXPIRED)),
                Scenario.of(
                        "L4",
                        "the life of leases is asked for while the leader changes",
                        3,
                        script -> script.leases(8).rounds(4_000, new Step(0, Kind.KILL, LEADER)),
                        moment(Moment.LEADER_CHANGED),
                        moment(Moment.LEASE_RENEWED)),
                Scenario.of(
                        "L5",
                        "leases are renewed right after their grant on members that hear late of it",
                        3,
                        script -> script.leases(10)
                                .rounds(3_000, new Step(0, Kind.SLOW_DISK, SOMEBODY, 2_000, 500))
                                .rounds(4_000, new Step(0, Kind.SLOW_NET, ALL_LINKS, 2_000, 100)),
                        moment(Moment.LEASE_RENEWED),
                        fault(Kind.SLOW_DISK)),
                Scenario.of(
                        "L8",
                        "revocation, expiry and the end of a leadership race",
                        3,
                        script -> script.leases(12)
                                .late(20)
                                .rounds(600, new Step(0, Kind.MOVE_LEADER, SOMEBODY))
                                .rounds(8_000, new Step(0, Kind.ISOLATE, LEADER, 2_000)),
                        moment(Moment.LEASE_REVOKED),
                        moment(Moment.LEASE_EXPIRED),
                        fault(Kind.MOVE_LEADER)),
                Scenario.of(
                        "L9",
                        "many leases end in the same seconds",
                        3,
                        script -> script.clients(2, Mix.USUAL, 20)
                                .leases(40)
                                .rounds(10_000, new Step(0, Kind.KILL, LEADER)),
                        moment(Moment.LEASE_EXPIRED),
                        moment(Moment.LEADER_CHANGED)));
    }
}
