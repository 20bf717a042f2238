package io.actd.simulation.fault;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.actd.simulation.Plan;
import io.actd.simulation.Simulation;
import io.actd.simulation.fault.Fault.Kind;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** A fault counts only if somebody has felt it. */
class NemesisTest {
    private static final long AT = 5_000_000_000L;
    private static final long LONG = 4_000_000_000L;

    private static Map<Kind, Integer> counted(Fault... faults) {
        var report = Simulation.run(Plan.mixed(1, 3).withFaults(List.of(faults)));
        assertEquals(List.of(), report.violations());
        return report.faults();
    }

    @Test
    void powerLoss_ofMachinesThatAreOff_doesNotCount() {
        var loss = new Fault(AT, Kind.POWER_LOSS_OF_ALL, 0, 0, 0);
        assertEquals(Map.of(Kind.POWER_LOSS_OF_ALL, 1), counted(loss, loss));
    }

    @Test
    void cut_thatKeptMessagesFromArriving_counts() {
        assertEquals(Map.of(Kind.ISOLATE_INBOUND, 1), counted(new Fault(AT, Kind.ISOLATE_INBOUND, 1, LONG, 0)));
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
}
