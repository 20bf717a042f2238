package io.actd.simulation.scenario;

import static io.actd.simulation.scenario.Scenario.Need.fault;
import static io.actd.simulation.scenario.Scenario.Need.moment;
import static io.actd.simulation.scenario.Script.SOMEBODY;

import io.actd.simulation.check.Moment;
import io.actd.simulation.client.Workload.Mix;
import io.actd.simulation.fault.Fault.Kind;
import io.actd.simulation.scenario.Script.Step;
import java.util.List;

/** A watch shows its part of the log, and nothing else (list W of the faults). */
final class WatchScenarios {
    private static final int NEVER = 1_000_000;

    private WatchScenarios() {}

    static List<Scenario> all() {
        return List.of(
                Scenario.of(
                        "W1",
                        "watches of a member that was away and is sent the store",
                        3,
                        script ->
                                script.watches(5).shortLog().rounds(4_000, new Step(0, Kind.ISOLATE, SOMEBODY, 2_000)),
                        moment(Moment.STORE_INSTALLED),
                        moment(Moment.PROGRESS_TOLD)),
                Scenario.of(
                        "W2",
                        "watches that begin in the future, on members that are sent the store",
                        3,
                        script ->
                                script.watches(5).shortLog().rounds(3_000, new Step(0, Kind.ISOLATE, SOMEBODY, 1_500)),
                        moment(Moment.STORE_INSTALLED),
                        moment(Moment.WATCH_BEGUN_AHEAD)),
                Scenario.of(
                        "W3",
                        "watches that ask how far they have come while they read history",
                        3,
                        script -> script.clients(5, Mix.WRITES, 15)
                                .watches(5)
                                .late(30)
                                .compactsEvery(NEVER)
                                .rounds(2_000, new Step(0, Kind.KILL, SOMEBODY)),
                        moment(Moment.PROGRESS_TOLD),
                        moment(Moment.WATCH_READ_HISTORY)),
                Scenario.of(
                        "W4",
                        "compaction overtakes watches that read slowly",
                        3,
                        script -> script.clients(5, Mix.WRITES, 15)
                                .watches(5)
                                .compactsEvery(400)
                                .rounds(4_000, new Step(0, Kind.KILL, SOMEBODY)),
                        moment(Moment.WATCH_OVERTAKEN)),
                Scenario.of(
                        "W5",
                        "compaction exactly at a deletion that watches have yet to be told of",
                        3,
                        script -> script.clients(5, Mix.WRITES, 15)
                                .watches(5)
                                .compactsEvery(300)
                                .rounds(3_000, new Step(0, Kind.KILL, SOMEBODY)),
                        moment(Moment.COMPACTED_AT_A_DELETION),
                        moment(Moment.WATCH_RESUMED)),
                Scenario.of(
                        "W6",
                        "watches begin at the compacted revision, which deleted a key",
                        3,
                        script -> script.clients(5, Mix.WRITES, 15)
                                .watches(7)
                                .compactsEvery(150)
                                .rounds(1_500, new Step(0, Kind.KILL, SOMEBODY)),
                        moment(Moment.COMPACTED_AT_A_DELETION),
                        moment(Moment.WATCH_OVERTAKEN)),
                Scenario.of(
                        "W7",
                        "watches with filters begin again and again on other members",
                        3,
                        script -> script.watches(7).rounds(1_500, new Step(0, Kind.KILL, SOMEBODY)),
                        moment(Moment.WATCH_RESUMED),
                        moment(Moment.WATCH_READ_HISTORY)),
                Scenario.of(
                        "W10",
                        "watches of a store in which hardly anything happens",
                        3,
                        script -> script.clients(1, Mix.USUAL, 1_000)
                                .pauses(20_000)
                                .leases(0)
                                .rounds(20_000, new Step(0, Kind.MOVE_LEADER, SOMEBODY)),
                        moment(Moment.PROGRESS_TOLD)),
                Scenario.of(
                        "W13",
                        "watches go on behind the last revision they had, through any break",
                        3,
                        script -> script.clients(5, Mix.WRITES, 8)
                                .watches(5)
                                .late(20)
                                .compactsEvery(NEVER)
                                .rounds(2_000, new Step(0, Kind.KILL, SOMEBODY))
                                .rounds(4_000, new Step(0, Kind.PAUSE, SOMEBODY, 1_500)),
                        fault(Kind.KILL),
                        moment(Moment.WATCH_RESUMED),
                        moment(Moment.WATCH_READ_HISTORY)));
    }
}
