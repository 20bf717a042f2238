package io.actd.simulation;

import java.util.ArrayList;
import java.util.List;

/** Runs simulations by seed; see {@code ./simulate --help}. */
public final class Main {
    private static final String HELP = """
            usage: ./simulate [--seed N] [--seeds COUNT] [--members M] [--trace] [--twice]

            Runs COUNT simulations from seed N on, each a cluster of M members under clients and faults, and checks all
            that was seen. --trace prints what happens; --twice runs each seed twice and compares the traces.
            """;

    private long seed = 1;
    private int seeds = 1;
    private int members = 3;
    private boolean trace;
    private boolean twice;

    private Main() {}

    /** Exits with 1 if a promise was broken. */
    public static void main(String[] args) {
        var main = new Main();
        main.parse(args);
        System.exit(main.run() ? 0 : 1);
    }

    private void parse(String[] args) {
        for (int i = 0; i < args.length; i++) {
            switch (args[i]) {
                case "--seed" -> seed = Long.parseLong(args[++i]);
                case "--seeds" -> seeds = Integer.parseInt(args[++i]);
                case "--members" -> members = Integer.parseInt(args[++i]);
                case "--trace" -> trace = true;
                case "--twice" -> twice = true;
                case "--help", "-h" -> {
                    System.out.print(HELP);
                    System.exit(0);
                }
                default -> {
                    System.err.println("simulate: unknown argument " + args[i]);
                    System.exit(2);
                }
            }
        }
    }

    private boolean run() {
        long begun = System.nanoTime();
        long virtual = 0;
        long steps = 0;
        long operations = 0;
        long faults = 0;
        List<Long> failed = new ArrayList<>();
        for (long s = seed; s < seed + seeds; s++) {
            var plan = Plan.mixed(s, members);
            if (trace) plan.faults().forEach(System.out::println);
            var report = Simulation.run(plan, trace ? System.out::println : null);
            virtual += report.virtualNanos();
            steps += report.steps();
            operations += report.operations();
            faults += report.faultCount();
            if (seeds == 1 || !report.ok()) print(s, report);
            if (!report.ok()) failed.add(s);
            if (twice
                    && Simulation.run(plan, trace ? System.out::println : null).hash() != report.hash()) {
                System.out.println("seed " + s + ": NOT DETERMINISTIC");
                failed.add(s);
            }
        }
        double real = (System.nanoTime() - begun) / 1e9;
        System.out.printf(
                "%d seeds, %d operations, %d faults, %d steps, %.1f s virtual in %.1f s: %.0f x real time; failed: %s%n",
                seeds, operations, faults, steps, virtual / 1e9, real, virtual / 1e9 / real, failed);
        return failed.isEmpty();
    }

    private void print(long s, Report report) {
        System.out.printf(
                "seed %d: hash %016x, %.1f s, %d steps, %d operations (%d answered), revision %d, faults %s%n",
                s,
                report.hash(),
                report.virtualNanos() / 1e9,
                report.steps(),
                report.operations(),
                report.answered(),
                report.revision(),
                report.faults());
        for (var violation : report.violations()) System.out.println("  VIOLATION " + violation);
        if (!report.ok()) System.out.println("  replay: ./simulate --members " + members + " --seed " + s + " --trace");
    }
}
