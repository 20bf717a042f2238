package io.actd.simulation.campaign;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.actd.simulation.Plan;
import io.actd.simulation.Simulation;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/** A product broken on purpose: its disks say "synced" and did nothing. */
class ShrinkerTest {
    private static final int DRAWS = 3;

    @Test
    void failingSchedule_shrinksToWhatItTakes() {
        var plan = LongStream.rangeClosed(1, 100)
                .mapToObj(seed -> Plan.mixed(seed, 3).withLyingDisks())
                .filter(p -> p.faults().size() >= 10 && !Simulation.run(p).ok())
                .findFirst()
                .orElseThrow(() -> new AssertionError("lying disks went unnoticed"));

        var shrunk = Shrinker.shrink(plan, DRAWS, cut -> {}).orElseThrow();

        assertTrue(shrunk.cut().faults().size() <= 3, shrunk.command());
        var again = Simulation.run(plan.cut(shrunk.cut()));
        assertEquals(shrunk.what(), again.violations().getFirst(), shrunk.command());
    }

    @Test
    void seedThatHolds_isNotShrunk() {
        assertTrue(Shrinker.shrink(Plan.mixed(1, 1), DRAWS, cut -> {}).isEmpty());
    }
}
