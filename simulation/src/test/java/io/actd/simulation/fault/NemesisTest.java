package io.actd.simulation.fault;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.actd.simulation.Plan;
import io.actd.simulation.Simulation;
import io.actd.simulation.fault.Fault.Kind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** A fault counts only if somebody has felt it. */
class NemesisTest {
    private static final long AT = 5_000_000_000L;
    private static final long LONG = 4_000_000_000L;
    private static final long HOUR = 3_600_000_000_000L;

    /** One whose clients never pause for long, so that somebody feels every fault. */
    private static final Plan BUSY = LongStream.rangeClosed(1, 1000)
            .mapToObj(seed -> Plan.mixed(seed, 3))
            .filter(plan -> plan.clients().pauseNanos() <= 2_000_000_000L && plan.spares() == 1)
            .findFirst()
            .orElseThrow();

    private static Map<Kind, Integer> counted(Fault... faults) {
        var report = Simulation.run(BUSY.withFaults(List.of(faults)));
        assertEquals(List.of(), report.violations());
        return report.faults();
    }

    @Test
    void failpoints_areThoseOfTheDocumentation_exceptTheOneForSlowDisks() throws IOException {
        var names = Pattern.compile("^\\| `([a-z-]+)` \\|", Pattern.MULTILINE)
                .matcher(Files.readString(Path.of("../docs/failpoints.md")))
                .results()
                .map(row -> row.group(1))
                .filter(name -> !name.equals("wal-in-sync"));
        assertEquals(names.toList(), Nemesis.FAILPOINTS);
    }

    @Test
    void deathAtAnOpening_waitsForTheNextStart() {
        var again = Nemesis.FAILPOINTS.indexOf("wal-after-write-again-before-sync");
        var death = new Fault(AT, Kind.DIE_AT_FAILPOINT, 1, 0, 2 * again);
        assertEquals(Map.of(), counted(death));
        var kill = new Fault(AT + LONG, Kind.KILL, 1, 0, 0);
        assertEquals(Map.of(Kind.KILL, 1, Kind.DIE_AT_FAILPOINT, 1), counted(death, kill));
    }

    /** On slow disks syncs are under way when the power goes. */
    @Test
    void powerLoss_ofMachinesThatAreOff_doesNotCount() {
        var first = new Fault(AT - LONG / 2, Kind.SLOW_DISK, 0, LONG, 2_000);
        var second = new Fault(AT - LONG / 2, Kind.SLOW_DISK, 1, LONG, 2_000);
        var third = new Fault(AT - LONG / 2, Kind.SLOW_DISK, 2, LONG, 2_000);
        var loss = new Fault(AT, Kind.POWER_LOSS_OF_ALL, 0, 0, 0);
        assertEquals(Map.of(Kind.SLOW_DISK, 3, Kind.POWER_LOSS_OF_ALL, 1), counted(first, second, third, loss, loss));
    }

    @Test
    void cut_thatKeptMessagesFromArriving_counts() {
        assertEquals(Map.of(Kind.ISOLATE_INBOUND, 1), counted(new Fault(AT, Kind.ISOLATE_INBOUND, 1, LONG, 0)));
    }

    @Test
    void splitAndRing_count_ifTheyKeptMessagesFromArriving() {
        assertEquals(Map.of(Kind.SPLIT, 1), counted(new Fault(AT, Kind.SPLIT, 1, LONG, 1)));
        assertEquals(Map.of(Kind.SPLIT_ONE_WAY, 1), counted(new Fault(AT, Kind.SPLIT_ONE_WAY, 1, LONG, 0)));
        assertEquals(Map.of(Kind.RING, 1), counted(new Fault(AT, Kind.RING, 1, LONG, 1)));
        assertEquals(Map.of(), counted(new Fault(AT, Kind.RING, 1, LONG, 0)), "of three all are neighbours");
    }

    /** The fourth machine runs no member, so its links carry nothing. */
    @Test
    void weather_counts_ifItHitMessagesOfItsOwnLinks() {
        var ofTheSecond = new Fault(AT, Kind.SLOW_NET, 1, LONG, new Reach(1).with(100));
        var ofTheFourth = new Fault(AT, Kind.SLOW_NET, 3, LONG, new Reach(1).with(100));
        var toTheFourth = new Fault(AT, Kind.LOSSY, 1, LONG, new Reach(3).with(500));
        assertEquals(Map.of(Kind.SLOW_NET, 1), counted(ofTheSecond, ofTheFourth, toTheFourth));
        var everywhere = new Fault(AT, Kind.LOSSY, 3, LONG, new Reach(0).with(500));
        var toTheThird = new Fault(AT, Kind.LOSSY, 1, LONG, new Reach(2).with(500));
        assertEquals(Map.of(Kind.LOSSY, 2), counted(everywhere, toTheThird));
    }

    @Test
    void weathersThatOverlap_areFeltOnTheirOwn_andPassOnTheirOwn() {
        var brief = new Fault(AT, Kind.LOSSY, 0, 1, new Reach(0).with(500));
        var lasting = new Fault(AT, Kind.LOSSY, 0, LONG, new Reach(0).with(500));
        assertEquals(Map.of(Kind.LOSSY, 1), counted(lasting, brief));
    }

    @Test
    void clusterOfOne_growsToFive() {
        var plan = LongStream.rangeClosed(1, 100)
                .mapToObj(seed -> Plan.mixed(seed, 1))
                .filter(one -> one.spares() == 4)
                .findFirst()
                .orElseThrow();
        var joins = plan.faults().stream()
                .filter(fault -> fault.kind() == Kind.MEMBER_JOINS)
                .toList();
        var report = Simulation.run(plan.withFaults(Faults.growth(new SplittableRandom(1), 4, plan.load())));
        assertTrue(joins.size() >= 4, joins.toString());
        assertEquals(List.of(), report.violations());
        assertEquals(Map.of(Kind.MEMBER_JOINS, 4), report.faults());
    }

    @Test
    void pauseOfOneWhoIsPaused_doesNotCount() {
        var pause = new Fault(AT, Kind.PAUSE, 2, LONG, 0);
        assertEquals(Map.of(Kind.PAUSE, 1), counted(pause, pause));
    }

    @Test
    void diskThatFails_counts_onceItsMemberHasStopped() {
        assertEquals(Map.of(Kind.DISK_ERRORS, 1), counted(new Fault(AT, Kind.DISK_ERRORS, 1, LONG, 512)));
        assertEquals(Map.of(), counted(new Fault(AT, Kind.DISK_ERRORS, 1, LONG, 0)));
    }

    @Test
    void diskThatIsFull_isNoDiskThatFails() {
        var full = new Fault(AT, Kind.DISK_FULL, 1, LONG, 1);
        var sound = new Fault(AT, Kind.DISK_ERRORS, 1, LONG, 0);
        assertEquals(Map.of(Kind.DISK_FULL, 1), counted(full, sound));
    }

    @Test
    void diskThatIsFull_counts_onceAWriteWasRefused() {
        assertEquals(Map.of(Kind.DISK_FULL, 1), counted(new Fault(AT, Kind.DISK_FULL, 1, LONG, 1)));
        assertEquals(Map.of(), counted(new Fault(AT, Kind.DISK_FULL, 1, LONG, 1 << 30)));
    }

    /** Whether the process was killed or the power lost, and whether the member is replaced or its files are mended. */
    @Test
    void flippedBit_counts_onceAMemberRefusedToStart_andItIsRepaired() {
        int refused = 0;
        for (int how = 0; how < 4; how++)
            refused += counted(new Fault(AT, Kind.FLIPPED_BIT, 1, 0, how)).getOrDefault(Kind.FLIPPED_BIT, 0);
        assertTrue(refused >= 2, "a bit may do no harm: " + refused);
    }

    /** The only member there is can not be replaced. */
    @Test
    void flippedBitOfTheOnlyMember_isMended() {
        var flip = new Fault(AT, Kind.FLIPPED_BIT, 0, 0, 0);
        int refused = 0;
        for (int seed = 1; seed <= 8; seed++) {
            var report = Simulation.run(Plan.mixed(seed, 1).withFaults(List.of(flip)));
            assertEquals(List.of(), report.violations());
            refused += report.faults().getOrDefault(Kind.FLIPPED_BIT, 0);
        }
        assertTrue(refused >= 2, "a bit may do no harm: " + refused);
    }

    private static Map<Kind, Integer> hitsAtTheEnd(Fault... minority) {
        var plan = BUSY.withFaults(List.of()).withMinority(List.of(minority));
        var report = Simulation.run(plan);
        assertEquals(List.of(), report.violations());
        assertTrue(report.virtualNanos() > plan.load().toNanos() + 10_000_000_000L, "the majority was not tried");
        return report.faults();
    }

    @Test
    void minority_isHit_untilAMajorityHasShownThatItServes_andNoMoreThanAMinority() {
        var offs = IntStream.range(0, 3).mapToObj(machine -> new Fault(0, Kind.OFF, machine, HOUR, 0));
        assertEquals(Map.of(Kind.OFF, 1), hitsAtTheEnd(offs.toArray(Fault[]::new)));
        assertEquals(Map.of(Kind.NO_CALLS, 1), hitsAtTheEnd(new Fault(0, Kind.NO_CALLS, Fault.LEADER, HOUR, 0)));
    }

    @Test
    void machineThatIsSwitchedOff_staysOff_andIsStartedThen() {
        var off = new Fault(AT, Kind.OFF, 0, LONG, 0);
        var others = Stream.of(1, 2).map(machine -> new Fault(AT + 1, Kind.OFF, machine, LONG, 0));
        var all = Stream.concat(Stream.of(off, off), others).toArray(Fault[]::new);
        assertEquals(Map.of(Kind.OFF, 3), counted(all));
    }

    @Test
    void seeds_oneOfFour_hitAMinority_byAllThatAMajorityBears() {
        var drawn = LongStream.range(0, 4000)
                .mapToObj(seed -> Faults.ofMinority(new SplittableRandom(seed), 5, Duration.ZERO))
                .filter(faults -> !faults.isEmpty())
                .toList();
        assertEquals(1000, drawn.size(), 100);
        assertTrue(drawn.stream().allMatch(faults -> faults.size() <= 2));
        assertEquals(
                10,
                drawn.stream().flatMap(List::stream).map(Fault::kind).distinct().count());
        assertEquals(List.of(), Faults.ofMinority(new SplittableRandom(1), 2, Duration.ZERO));
    }
}
