package io.actd.simulation.museum;

import io.actd.simulation.Plan;
import io.actd.simulation.Simulation;
import io.actd.simulation.scenario.Scenarios;
import java.util.function.LongFunction;

/**
 * Simulates until a promise is broken; in a process of its own, whose class path begins with the bug. Arguments: members,
 * how many seeds at most, and the scenario if it is to be one. Its last line is for the {@link Museum}.
 */
final class Exhibit {
    static final String CAUGHT = "caught ";

    private Exhibit() {}

    public static void main(String[] args) {
        int members = Integer.parseInt(args[0]);
        long seeds = Long.parseLong(args[1]);
        LongFunction<Plan> plans = args.length > 2 ? Scenarios.named(args[2])::plan : seed -> Plan.mixed(seed, members);
        for (long seed = 1; seed <= seeds; seed++) {
            var violation = violation(plans.apply(seed));
            if (!violation.isEmpty()) {
                System.out.println(CAUGHT + seed + " " + violation.replaceAll("\\s+", " "));
                System.exit(0);
            }
        }
        System.exit(1);
    }

    /** Empty if all is well. What is thrown through a member is a way to be caught, too. */
    private static String violation(Plan plan) {
        try {
            var report = Simulation.run(plan);
            return report.ok() ? "" : report.violations().getFirst();
        } catch (RuntimeException | AssertionError e) {
            return "THROWN " + e;
        }
    }
}
