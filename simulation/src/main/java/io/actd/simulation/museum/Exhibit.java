package io.actd.simulation.museum;

import io.actd.simulation.Plan;
import io.actd.simulation.Simulation;

/**
 * Simulates until a promise is broken; in a process of its own, whose class path begins with the bug. Arguments: members,
 * and how many seeds at most. Its last line is for the {@link Museum}.
 */
final class Exhibit {
    static final String CAUGHT = "caught ";

    private Exhibit() {}

    public static void main(String[] args) {
        int members = Integer.parseInt(args[0]);
        long seeds = Long.parseLong(args[1]);
        for (long seed = 1; seed <= seeds; seed++) {
            var violation = violation(seed, members);
            if (!violation.isEmpty()) {
                System.out.println(CAUGHT + seed + " " + violation.replaceAll("\\s+", " "));
                System.exit(0);
            }
        }
        System.exit(1);
    }

    /** Empty if all is well. What is thrown through a member is a way to be caught, too. */
    private static String violation(long seed, int members) {
        try {
            var report = Simulation.run(Plan.mixed(seed, members));
            return report.ok() ? "" : report.violations().getFirst();
        } catch (RuntimeException | AssertionError e) {
            return "THROWN " + e;
        }
    }
}
