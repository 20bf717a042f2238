package io.actd.simulation.campaign;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.actd.simulation.Plan;
import io.actd.simulation.Simulation;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class FailurePrinterTest {
    private static final int MOST_RUNS = 30;
    private static final Pattern SMALLER =
            Pattern.compile("made smaller by (\\d+) runs: (.*) --faults (\\S+) --clients \\d+ --load-millis \\d+.*");

    private final List<String> lines = new ArrayList<>();
    private final FailurePrinter printer = new FailurePrinter(lines::add, MOST_RUNS);

    /** Of clusters on disks that lie. */
    private static List<Plan> failing() {
        return LongStream.rangeClosed(1, 100)
                .mapToObj(seed -> Plan.mixed(seed, 3).withLyingDisks())
                .filter(plan ->
                        plan.faults().size() >= 10 && !Simulation.run(plan).ok())
                .limit(2)
                .toList();
    }

    @Test
    void firstFailure_isMadeSmaller_inSoManyRunsAtMost() {
        var plans = failing();
        Campaign.run(plans.iterator(), 1, false, printer);
        assertEquals(3, lines.size(), lines.toString());
        assertTrue(lines.get(0).startsWith(plans.get(0).command()), lines.get(0));
        assertTrue(lines.get(2).startsWith(plans.get(1).command()), lines.get(2));
        var smaller = SMALLER.matcher(lines.get(1));
        assertTrue(smaller.matches(), lines.get(1));
        assertEquals(plans.get(0).command(), smaller.group(2));
        assertTrue(Integer.parseInt(smaller.group(1)) <= MOST_RUNS, lines.get(1));
        int left = smaller.group(3).split(",", -1).length;
        assertTrue(left < plans.get(0).faults().size(), lines.get(1));
    }

    @Test
    void failureThatDoesNotComeAgain_isNotMadeSmaller() {
        printer.accept(new Failure(Plan.mixed(1, 1), "NOT_DETERMINISTIC"));
        assertEquals("did not fail again, so it was not made smaller", lines.get(1));
    }
}
