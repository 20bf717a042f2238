package io.actd.simulation.scenario;

import static io.actd.simulation.scenario.Scenario.Need.death;
import static io.actd.simulation.scenario.Scenario.Need.fault;
import static io.actd.simulation.scenario.Scenario.Need.moment;
import static io.actd.simulation.scenario.Script.LEADER;
import static io.actd.simulation.scenario.Script.NEXT;
import static io.actd.simulation.scenario.Script.NEXT_BUT_ONE;
import static io.actd.simulation.scenario.Script.SOMEBODY;
import static io.actd.simulation.scenario.Script.dies;

import io.actd.simulation.check.Moment;
import io.actd.simulation.client.Workload.Mix;
import io.actd.simulation.fault.Fault.Kind;
import io.actd.simulation.scenario.Script.Step;
import java.util.List;

/** What is acknowledged stays, and all members hold the same (list D of the faults). */
final class DurabilityScenarios {
    /** Reach of a weather: the direction from a machine to one other. */
    private static final int TO_NEXT = 2_000;

    private static final int TO_NEXT_BUT_ONE = 3_000;

    private DurabilityScenarios() {}

    static List<Scenario> all() {
        return List.of(
                Scenario.of(
                        "D1",
                        "killed between the writes of data and applied index, under many puts",
                        3,
                        script -> script.clients(4, Mix.WRITES, 10)
                                .rounds(4_000, dies(0, SOMEBODY, "backend-before-flush", false))
                                .rounds(4_000, dies(0, SOMEBODY, "backend-after-flush", true)),
                        death("backend-before-flush"),
                        death("backend-after-flush")),
                Scenario.of(
                        "D2",
                        "a cluster of one loses power around its answers",
                        1,
                        script -> script.clients(4, Mix.WRITES, 10)
                                .rounds(4_000, dies(0, 0, "wal-after-sync", true))
                                .rounds(
                                        4_000,
                                        new Step(0, Kind.SLOW_DISK, 0, 4_000, 100),
                                        new Step(1_000, Kind.POWER_LOSS, 0)),
                        death("wal-after-sync"),
                        fault(Kind.POWER_LOSS)),
                Scenario.of(
                        "D3",
                        "killed while space is reclaimed",
                        3,
                        script -> script.clients(4, Mix.WRITES, 15)
                                .compactsEvery(500)
                                .rounds(3_000, dies(0, SOMEBODY, "compaction-before-finish", false))
                                .rounds(5_000, dies(0, SOMEBODY, "backend-after-flush", false)),
                        death("compaction-before-finish"),
                        moment(Moment.COMPACTED)),
                Scenario.of(
                        "D4",
                        "a store is installed while space is reclaimed",
                        3,
                        script -> script.compactsEvery(300)
                                .shortLog()
                                .rounds(4_000, new Step(0, Kind.ISOLATE, SOMEBODY, 1_500)),
                        moment(Moment.STORE_INSTALLED),
                        moment(Moment.COMPACTED)),
                Scenario.of(
                        "D5",
                        "transactions whose last operation fails",
                        3,
                        script ->
                                script.clients(4, Mix.DOOMED_TXNS, 30).rounds(4_000, new Step(0, Kind.KILL, SOMEBODY)),
                        moment(Moment.TXN_REFUSED),
                        fault(Kind.KILL)),
                Scenario.of(
                        "D6",
                        "transactions read the past of members that compacted more or less",
                        3,
                        script -> script.compactsEvery(300).rounds(3_000, new Step(0, Kind.KILL, SOMEBODY)),
                        moment(Moment.COMPACTED),
                        moment(Moment.TXN_REFUSED)),
                Scenario.of(
                        "D7",
                        "leases with negative ids, among others",
                        3,
                        script -> script.leases(8).rounds(6_000, new Step(0, Kind.KILL, SOMEBODY)),
                        moment(Moment.LEASE_EXPIRED),
                        moment(Moment.LEASE_REVOKED)),
                Scenario.of(
                        "D8",
                        "restarts with grants and revocations at the end of the log",
                        3,
                        script -> script.leases(8)
                                .rounds(2_000, new Step(0, Kind.KILL, SOMEBODY))
                                .rounds(4_000, new Step(0, Kind.POWER_LOSS, SOMEBODY)),
                        fault(Kind.KILL),
                        moment(Moment.LEASE_REVOKED)),
                Scenario.of(
                        "D9",
                        "who was sent the store leads, and knows the leases",
                        3,
                        script -> script.leases(8)
                                .shortLog()
                                .rounds(
                                        6_000,
                                        new Step(0, Kind.ISOLATE, SOMEBODY, 2_000),
                                        new Step(4_000, Kind.MOVE_LEADER, SOMEBODY)),
                        moment(Moment.STORE_INSTALLED),
                        fault(Kind.MOVE_LEADER),
                        moment(Moment.LEASE_EXPIRED)),
                Scenario.of(
                        "D10",
                        "keys are put, deleted and read faster than anything is flushed",
                        3,
                        script -> script.clients(6, Mix.USUAL, 4).pauses(50).lasts(10),
                        moment(Moment.READ_ANSWERED),
                        moment(Moment.SERIALIZABLE_READ_ANSWERED)),
                Scenario.of(
                        "D11",
                        "killed between two batches of a compaction",
                        3,
                        script -> script.clients(4, Mix.WRITES, 15)
                                .compactsEvery(500)
                                .rounds(3_000, dies(0, SOMEBODY, "compaction-after-batch", false))
                                .rounds(3_000, dies(0, SOMEBODY, "compaction-after-batch", true)),
                        death("compaction-after-batch")),
                Scenario.of(
                        "D12",
                        "the last record is torn, at times the member dies again over the repair",
                        3,
                        script -> script.clients(4, Mix.WRITES, 15)
                                .rounds(
                                        4_000,
                                        dies(0, SOMEBODY, "wal-after-write-before-sync", true),
                                        dies(0, SOMEBODY, "wal-before-repair-truncate", false))
                                .rounds(
                                        4_000,
                                        dies(0, SOMEBODY, "wal-after-write-before-sync", true),
                                        dies(0, SOMEBODY, "wal-after-repair-truncate-before-sync", true)),
                        death("wal-after-write-before-sync")),
                Scenario.of(
                        "D13",
                        "entries larger than what is left of a segment",
                        3,
                        script -> script.clients(4, Mix.LARGE, 50)
                                .rounds(3_000, dies(0, SOMEBODY, "wal-after-cut", true))
                                .rounds(3_000, new Step(0, Kind.KILL, SOMEBODY)),
                        death("wal-after-cut"),
                        fault(Kind.KILL)),
                Scenario.of(
                        "D14",
                        "a minority loses everything unsynced at any moment",
                        3,
                        script ->
                                script.clients(4, Mix.WRITES, 10).rounds(2_000, new Step(0, Kind.POWER_LOSS, SOMEBODY)),
                        fault(Kind.POWER_LOSS)),
                Scenario.of(
                        "D15",
                        "bits of files at rest turn over",
                        3,
                        script -> script.rounds(12_000, new Step(0, Kind.FLIPPED_BIT, SOMEBODY, 0, 2))
                                .rounds(12_000, new Step(6_000, Kind.FLIPPED_BIT, SOMEBODY, 0, 5)),
                        fault(Kind.FLIPPED_BIT)),
                Scenario.of(
                        "D16",
                        "killed when a segment has its name but not its place in the directory, then the power goes",
                        1,
                        script -> script.clients(5, Mix.LARGE, 50)
                                .rounds(
                                        4_000,
                                        dies(0, 0, "wal-after-cut-rename-before-dirsync", false),
                                        new Step(1_500, Kind.POWER_LOSS, 0),
                                        new Step(3_000, Kind.POWER_LOSS, 0)),
                        death("wal-after-cut-rename-before-dirsync"),
                        fault(Kind.POWER_LOSS)),
                Scenario.of(
                        "D17",
                        "dies over a sent store, between what its log says of it and the store's taking its place",
                        3,
                        script -> script.clients(4, Mix.WRITES, 15)
                                .shortLog()
                                .rounds(
                                        5_000,
                                        new Step(0, Kind.ISOLATE, SOMEBODY, 1_500),
                                        dies(500, SOMEBODY, "wal-after-mark", false))
                                .rounds(
                                        5_000,
                                        new Step(0, Kind.SLOW_DISK, SOMEBODY, 5_000, 300),
                                        new Step(0, Kind.ISOLATE, SOMEBODY, 800),
                                        new Step(1_500, Kind.MOVE_LEADER, NEXT),
                                        new Step(2_000, Kind.MOVE_LEADER, NEXT_BUT_ONE),
                                        dies(1_500, SOMEBODY, "copy-after-complete", true)),
                        moment(Moment.STORE_INSTALLED),
                        death("wal-after-mark"),
                        death("copy-after-complete")),
                Scenario.of(
                        "D18",
                        "a newer store is sent while one is being installed",
                        3,
                        script -> script.clients(4, Mix.WRITES, 15)
                                .shortLog()
                                .rounds(
                                        4_000,
                                        new Step(0, Kind.SLOW_DISK, SOMEBODY, 5_000, 300),
                                        new Step(0, Kind.ISOLATE, SOMEBODY, 800),
                                        new Step(1_200, Kind.MOVE_LEADER, NEXT),
                                        new Step(1_800, Kind.MOVE_LEADER, NEXT_BUT_ONE),
                                        new Step(2_400, Kind.MOVE_LEADER, NEXT)),
                        moment(Moment.STORE_INSTALLED),
                        moment(Moment.LEADER_CHANGED)),
                Scenario.of(
                        "D20",
                        "a disk is full for a while",
                        3,
                        script -> script.rounds(8_000, new Step(0, Kind.DISK_FULL, SOMEBODY, 3_000, 1 << 12)),
                        fault(Kind.DISK_FULL)),
                Scenario.of(
                        "D21",
                        "what can not be applied is refused alike by all, also by who applies it again",
                        5,
                        script -> script.clients(4, Mix.DOOMED_TXNS, 30)
                                .leases(4)
                                .rounds(3_000, new Step(0, Kind.POWER_LOSS, SOMEBODY)),
                        moment(Moment.TXN_REFUSED),
                        fault(Kind.POWER_LOSS)),
                Scenario.of(
                        "C1",
                        "answers are lost, of writes that were done or not, and commands outlive who passed them on",
                        3,
                        script -> script.clients(6, Mix.USUAL, 15)
                                .rounds(5_000, new Step(0, Kind.ISOLATE, LEADER, 2_000))
                                .rounds(
                                        3_500,
                                        new Step(0, Kind.SLOW_NET, SOMEBODY, 4_000, TO_NEXT + 990),
                                        new Step(0, Kind.SLOW_NET, SOMEBODY, 4_000, TO_NEXT_BUT_ONE + 990),
                                        new Step(500, Kind.KILL, SOMEBODY),
                                        new Step(1_400, Kind.KILL, SOMEBODY),
                                        new Step(2_300, Kind.KILL, SOMEBODY)),
                        moment(Moment.ANSWER_LOST),
                        moment(Moment.LEADER_CHANGED)),
                Scenario.of(
                        "replaced-entries",
                        "a leader writes what nobody else has, is deposed, and dies before its store has what came instead"
                                + " (§5.3)",
                        3,
                        script -> script.clients(5, Mix.WRITES, 10)
                                .rounds(
                                        5_000,
                                        new Step(0, Kind.MOVE_LEADER, SOMEBODY),
                                        new Step(600, Kind.ISOLATE, SOMEBODY, 2_000),
                                        dies(1_200, SOMEBODY, "backend-before-flush", false)),
                        moment(Moment.ENTRIES_REPLACED),
                        death("backend-before-flush")));
    }
}
