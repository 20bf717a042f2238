package io.actd.simulation.fault;

import static org.junit.jupiter.api.Assertions.assertEquals;

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
}
