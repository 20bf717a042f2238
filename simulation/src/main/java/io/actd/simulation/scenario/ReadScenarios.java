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

/** No answer is older than what was complete before the question (list R of the faults). */
final class ReadScenarios {
    private ReadScenarios() {}

    static List<Scenario> all() {
        return List.of(
                Scenario.of(
                        "R1",
                        "a leader that stood still goes on with repeated questions and late answers on their way",
                        3,
                        script -> script.clients(5, Mix.READS, 15)
                                .rounds(
                                        5_000,
                                        new Step(0, Kind.LOSSY, ALL_LINKS, 4_000, 20),
                                        new Step(500, Kind.PAUSE, LEADER, 2_500)),
                        fault(Kind.PAUSE),
                        fault(Kind.LOSSY),
                        moment(Moment.LEADER_CHANGED),
                        moment(Moment.READ_ANSWERED)),
                Scenario.of(
                        "R2",
                        "leadership changes while reads are under way",
                        3,
                        script -> script.clients(5, Mix.READS, 15)
                                .rounds(800, new Step(0, Kind.MOVE_LEADER, SOMEBODY))
                                .rounds(5_000, new Step(0, Kind.ISOLATE, LEADER, 2_000)),
                        fault(Kind.MOVE_LEADER),
                        moment(Moment.READ_ANSWERED)),
                Scenario.of(
                        "R3",
                        "a new leader is asked before it has committed anything",
                        3,
                        script -> script.clients(5, Mix.READS, 15)
                                .rounds(
                                        5_000,
                                        new Step(0, Kind.SLOW_DISK, 0, 3_000, 300),
                                        new Step(0, Kind.SLOW_DISK, 1, 3_000, 300),
                                        new Step(0, Kind.SLOW_DISK, 2, 3_000, 300),
                                        new Step(500, Kind.KILL, LEADER)),
                        fault(Kind.SLOW_DISK),
                        moment(Moment.LEADER_CHANGED),
                        moment(Moment.READ_ANSWERED)),
                Scenario.of(
                        "slow-leader",
                        "a leader's disk takes seconds for each sync, those of the others do not",
                        3,
                        script -> script.leases(4).rounds(8_000, new Step(0, Kind.SLOW_DISK, LEADER, 5_000, 4_000)),
                        fault(Kind.SLOW_DISK),
                        moment(Moment.LEADER_CHANGED)),
                Scenario.of(
                        "slow-disks",
                        "the disks of all take seconds for each sync, so nobody would lead better",
                        3,
                        script -> script.leases(4)
                                .rounds(
                                        10_000,
                                        new Step(0, Kind.SLOW_DISK, 0, 6_000, 4_000),
                                        new Step(0, Kind.SLOW_DISK, 1, 6_000, 4_000),
                                        new Step(0, Kind.SLOW_DISK, 2, 6_000, 4_000)),
                        fault(Kind.SLOW_DISK)),
                Scenario.of(
                        "R4",
                        "a member starts with a store that is behind its log",
                        3,
                        script -> script.clients(4, Mix.USUAL, 15)
                                .rounds(2_000, new Step(0, Kind.KILL, SOMEBODY))
                                .rounds(3_000, new Step(0, Kind.POWER_LOSS, SOMEBODY)),
                        fault(Kind.POWER_LOSS),
                        moment(Moment.READ_ANSWERED),
                        moment(Moment.SERIALIZABLE_READ_ANSWERED)));
    }
}
