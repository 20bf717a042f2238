package io.actd.simulation;

import io.actd.simulation.campaign.Campaign;
import io.actd.simulation.campaign.Failure;
import io.actd.simulation.campaign.FailurePrinter;
import io.actd.simulation.campaign.Shrinker;
import io.actd.simulation.scenario.Performance;
import io.actd.simulation.scenario.Scenario;
import io.actd.simulation.scenario.Scenarios;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.function.Consumer;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;

/** Runs simulations by seed; see {@code ./simulate --help}. */
public final class Main {
    private static final int DRAWS = 4;
    private static final int SEEDS_OF_A_SCENARIO = 10;
    private static final String HELP = """
            usage: ./simulate --seed N [--members M] [--trace] [--twice] [--shrink]
               or: ./simulate --seeds COUNT [--seed FIRST] [--members M] [--twice] [--threads T]
                                          [--no-shrink]
               or: ./simulate --scenario NAME [--seed N | --seeds COUNT] [...]
               or: ./simulate --scenarios

            Runs a cluster of M members under clients and faults by seed, and checks all that was seen. Without
            --members the seed says how many: 1, 3 or 5.

              --scenario      plays one story of docs/track-record.md (D1, R1, W1...) instead of a mix of everything
              --scenarios     plays all of them with a few seeds, and prints what came about
              --trace         prints what happens
              --twice         runs each seed twice and compares the traces
              --shrink        of a failing seed: leaves out faults, clients and time as long as it still fails
              --no-shrink     of many: do not shrink the first that fails, which takes up to 200 runs
              --lying-disks   with disks that do not sync: most seeds must fail

            What --shrink prints: --faults 3,7 (their numbers in the plan; or none), --clients C, --load-millis L,
            --draw R (another seed for what is drawn on the way).
            """;

    private long seed = 1;
    private int seeds;
    private int members;
    private int threads = 1;
    private @Nullable Scenario scenario;
    private boolean scenarios;
    private boolean trace;
    private boolean twice;
    private boolean shrink;
    private boolean shrinkFirst = true;
    private boolean lyingDisks;
    private @Nullable List<Integer> faults;
    private int clients = -1;
    private long loadMillis;
    private @Nullable Long draw;

    private Main() {}

    /** Exits with 1 if a promise was broken. */
    public static void main(String[] args) {
        var main = new Main();
        main.parse(args);
        boolean ok = main.scenarios
                ? runScenarios()
                : main.seeds > 0 ? main.runMany() : main.shrink ? main.shrink() : main.runOne();
        System.exit(ok ? 0 : 1);
    }

    private void parse(String[] args) {
        for (int i = 0; i < args.length; i++) {
            switch (args[i]) {
                case "--seed" -> seed = Long.parseLong(args[++i]);
                case "--seeds" -> seeds = Integer.parseInt(args[++i]);
                case "--members" -> members = Integer.parseInt(args[++i]);
                case "--threads" -> threads = Integer.parseInt(args[++i]);
                case "--scenario" -> scenario = scenario(args[++i]);
                case "--scenarios" -> scenarios = true;
                case "--trace" -> trace = true;
                case "--twice" -> twice = true;
                case "--shrink" -> shrink = true;
                case "--no-shrink" -> shrinkFirst = false;
                case "--lying-disks" -> lyingDisks = true;
                case "--faults" -> faults = numbers(args[++i]);
                case "--clients" -> clients = Integer.parseInt(args[++i]);
                case "--load-millis" -> loadMillis = Long.parseLong(args[++i]);
                case "--draw" -> draw = Long.parseLong(args[++i]);
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

    private static Scenario scenario(String name) {
        try {
            return Scenarios.named(name);
        } catch (NoSuchElementException e) {
            System.err.println("simulate: " + e.getMessage());
            System.exit(2);
            throw e;
        }
    }

    private static List<Integer> numbers(String text) {
        var numbers = new ArrayList<Integer>();
        if (!text.equals("none")) for (var number : text.split(",", -1)) numbers.add(Integer.parseInt(number));
        return numbers;
    }

    private Plan plan(long s) {
        var plan = scenario != null ? scenario.plan(s) : Plan.mixed(s, members == 0 ? Plan.membersOf(s) : members);
        return lyingDisks ? plan.withLyingDisks() : plan;
    }

    private boolean runMany() {
        long begun = System.nanoTime();
        var plans = LongStream.range(seed, seed + seeds).mapToObj(this::plan).iterator();
        Consumer<Failure> printer = shrinkFirst ? new FailurePrinter(System.out::println) : System.out::println;
        var tally = Campaign.run(plans, threads, twice, printer);
        System.out.println(tally.summary((System.nanoTime() - begun) / 1e9));
        System.out.println(tally.settling());
        System.out.println("faults that took effect: " + tally.faultsByKind());
        System.out.println("deaths at failpoints: " + tally.deaths());
        return tally.failures().isEmpty();
    }

    private static boolean runScenarios() {
        boolean ok = true;
        for (var each : Scenarios.all()) {
            var performance = Performance.of(each, SEEDS_OF_A_SCENARIO);
            System.out.println(performance.summary());
            performance.failures().forEach(System.out::println);
            performance.missing().forEach(missing -> System.out.println("  came about too seldom: " + missing));
            ok &= performance.failures().isEmpty() && performance.missing().isEmpty();
        }
        return ok;
    }

    private boolean shrink() {
        var shrunk = Shrinker.shrink(plan(seed), DRAWS, cut -> System.out.println(cut.arguments()));
        if (shrunk.isEmpty()) {
            System.out.println("does not fail: " + plan(seed).command());
            return true;
        }
        var found = shrunk.get();
        System.out.println("after " + found.runs() + " runs still fails: " + found.what());
        found.cut()
                .faults()
                .forEach(i -> System.out.println("  " + found.plan().faults().get(i)));
        System.out.println("replay: " + found.command() + " --trace");
        return false;
    }

    private boolean runOne() {
        var plan = plan(seed);
        var cut = cut(plan);
        var left = plan.cut(cut);
        @Nullable Consumer<String> lines = trace ? System.out::println : null;
        if (trace)
            cut.faults()
                    .forEach(i -> System.out.println(i + ": " + plan.faults().get(i)));
        var report = Simulation.run(left, lines);
        print(report);
        if (!twice) return report.ok();
        boolean same = Simulation.run(left).hash() == report.hash();
        System.out.println(same ? "the second run came to the same" : "NOT_DETERMINISTIC");
        return report.ok() && same;
    }

    private Cut cut(Plan plan) {
        var cut = Cut.none(plan);
        if (faults != null) cut = cut.withFaults(faults);
        if (clients >= 0) cut = cut.withClients(clients);
        if (loadMillis > 0) cut = cut.withLoad(Duration.ofMillis(loadMillis));
        return draw == null ? cut : cut.withDraw(draw);
    }

    private void print(Report report) {
        System.out.printf(
                "seed %d: hash %016x, %.1f s, %d steps, %d operations (%d answered), revision %d, faults %s%n",
                seed,
                report.hash(),
                report.virtualNanos() / 1e9,
                report.steps(),
                report.operations(),
                report.answered(),
                report.revision(),
                report.faults());
        for (var violation : report.violations()) System.out.println("  VIOLATION " + violation);
        if (!report.ok()) System.out.println("  replay with --trace, make it smaller with --shrink");
    }
}
