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

/** Members come and go (list M of the faults). */
final class MemberScenarios {
    private static final int AS_LEARNER = 0;
    private static final int AS_VOTER = 1;
    private static final int NEVER = 1_000_000;

    private MemberScenarios() {}

    static List<Scenario> all() {
        return List.of(
                Scenario.of(
                        "M3",
                        "a learner joins while one of three is away",
                        3,
                        script -> script.spares(1)
                                .rounds(
                                        15_000,
                                        new Step(0, Kind.ISOLATE, SOMEBODY, 8_000),
                                        new Step(1_000, Kind.MEMBER_JOINS, SOMEBODY, 0, AS_LEARNER),
                                        new Step(12_000, Kind.MEMBER_LEAVES, SOMEBODY)),
                        fault(Kind.MEMBER_JOINS),
                        fault(Kind.ISOLATE)),
                Scenario.of(
                        "M4",
                        "messages for a member that is gone reach the one in its place",
                        3,
                        script -> script.rounds(
                                8_000,
                                new Step(0, Kind.SLOW_NET, ALL_LINKS, 6_000, 800),
                                new Step(500, Kind.MEMBER_REPLACED, SOMEBODY, 0, AS_VOTER)),
                        fault(Kind.MEMBER_REPLACED),
                        fault(Kind.SLOW_NET)),
                Scenario.of(
                        "M5",
                        "members are replaced, with restarts and sent stores in between",
                        3,
                        script -> script.shortLog()
                                .rounds(
                                        8_000,
                                        new Step(0, Kind.MEMBER_REPLACED, SOMEBODY, 0, AS_LEARNER),
                                        new Step(6_000, Kind.KILL, SOMEBODY))
                                .rounds(6_000, new Step(0, Kind.POWER_LOSS, SOMEBODY)),
                        fault(Kind.MEMBER_REPLACED),
                        moment(Moment.STORE_INSTALLED)),
                Scenario.of(
                        "M10",
                        "one grows to three through learners",
                        1,
                        script -> script.spares(2)
                                .lasts(40)
                                .rounds(10_000, new Step(0, Kind.MEMBER_JOINS, 0, 0, AS_LEARNER)),
                        fault(Kind.MEMBER_JOINS)),
                Scenario.of(
                        "removed-leader",
                        "of a few voters the one that leads is removed, with leases to end",
                        1,
                        script -> script.spares(1)
                                .leases(10)
                                .rounds(
                                        5_000,
                                        new Step(0, Kind.MEMBER_JOINS, 0, 0, AS_VOTER),
                                        new Step(2_500, Kind.MEMBER_LEAVES, LEADER)),
                        fault(Kind.MEMBER_JOINS),
                        fault(Kind.MEMBER_LEAVES)),
                Scenario.of(
                        "last-voter",
                        "one of two voters is removed, and the other loses power before it has written anything else",
                        1,
                        script -> script.spares(1)
                                .clients(1, Mix.USUAL, 2_000)
                                .leases(0)
                                .compactsEvery(NEVER)
                                .rounds(
                                        8_000,
                                        new Step(0, Kind.MEMBER_JOINS, 0, 0, AS_VOTER),
                                        new Step(4_000, Kind.MEMBER_LEAVES, 1),
                                        new Step(4_300, Kind.POWER_LOSS, 0),
                                        new Step(4_700, Kind.POWER_LOSS, 0)),
                        fault(Kind.MEMBER_LEAVES)));
    }
}
