package io.actd.simulation.score;

import io.actd.simulation.LogDamage;
import io.actd.simulation.Plan;
import io.actd.simulation.campaign.Campaign;
import io.actd.simulation.campaign.FailurePrinter;
import io.actd.simulation.campaign.Tally;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.LocalDate;
import java.util.Iterator;
import java.util.List;
import java.util.stream.LongStream;

/** Runs new seeds for a while and adds what came of them to the data file; see {@code ./soak --help}. */
public final class Soak {
    private static final String HELP = """
            usage: ./soak MINUTES [--simulation | --real-processes] [--seed FIRST] [--members M] [--threads T]

            The first half of the time it runs simulations of new seeds on T threads (all cores) and checks all that was
            seen; every ten minutes and at the end it adds what was counted to docs/track-record.jsonl. The other half it
            plays the stories of real processes, a round of at most ten minutes after another, each with a seed of its own
            and its stories once, twice or three times as long as in ./check, and adds what each round counted. A round
            that would not be over in time is not begun. --simulation and --real-processes spend all the time on one of
            the two. At the end the table in README.md is written anew.

            FIRST is taken from the clock if not given. A failure prints its command, the first of a simulation a
            smaller one, too; that of a round leaves its logs in multi-jvm-tests/target/soak/SEED. Afterwards the status
            is 1.

            Simulations begin with clusters on disks that lie, and all stops if too many of them go unnoticed. Then a log of
            64 KiB is cut at every byte, and each bit of it turned over.
            """;
    private static final int CONTROL_SEEDS = 40;

    /**
     * How many of the clusters on disks that lie have to be found out, of those that lost something. Some are not: what they
     * lost was of no use to anybody, or a quarter of the files came back whole all the same.
     */
    private static final double FOUND_OUT = 0.6;

    private static final int LOG_BYTES = 64 << 10;
    private static final long MOST_BATCH_NANOS = 600_000_000_000L;

    private final Scoreboard scoreboard = new Scoreboard(Path.of(""));
    private final Clock clock = Clock.systemUTC();
    private final FailurePrinter failures = new FailurePrinter(System.out::println);
    private double minutes;
    private boolean simulation = true;
    private boolean realProcesses = true;
    private long seed;
    private int members;
    private int threads = Runtime.getRuntime().availableProcessors();

    private Soak() {
        seed = Instant.now(clock).getEpochSecond() * 1000;
    }

    /** Exits with 1 if a promise was broken, with 3 if the control run found nothing. */
    public static void main(String[] args) throws IOException {
        var soak = new Soak();
        soak.parse(args);
        boolean ok = !soak.simulation || soak.simulate();
        if (soak.realProcesses) ok &= new RealProcesses(Path.of("")).play(soak.secondsEach(), soak.seed);
        soak.scoreboard.write();
        System.exit(ok ? 0 : 1);
    }

    private void parse(String[] args) {
        for (int i = 0; i < args.length; i++) {
            switch (args[i]) {
                case "--simulation" -> realProcesses = false;
                case "--real-processes" -> simulation = false;
                case "--seed" -> seed = Long.parseLong(args[++i]);
                case "--members" -> members = Integer.parseInt(args[++i]);
                case "--threads" -> threads = Integer.parseInt(args[++i]);
                case "--help", "-h" -> {
                    System.out.print(HELP);
                    System.exit(0);
                }
                default -> minutes = Double.parseDouble(args[i]);
            }
        }
        if (minutes > 0 && (simulation || realProcesses)) return;
        System.err.print(HELP);
        System.exit(2);
    }

    private double secondsEach() {
        return minutes * 60 / (simulation && realProcesses ? 2 : 1);
    }

    private boolean simulate() throws IOException {
        if (!seesLyingDisks()) {
            System.out.println("soak: disks that lie went unnoticed, what follows would mean nothing");
            System.exit(3);
        }
        boolean logHolds = damageALog();
        return run() && logHolds;
    }

    private boolean seesLyingDisks() {
        var plans = LongStream.range(seed, seed + CONTROL_SEEDS)
                .mapToObj(s -> plan(s).withLyingDisks())
                .iterator();
        var tally = Campaign.run(plans, threads, false, failure -> {});
        long seen = tally.lossesFoundOut();
        System.out.printf(
                "control: of %d clusters on disks that lie %d lost something, %d of these were found out%n",
                CONTROL_SEEDS, tally.withLosses(), seen);
        return seen >= FOUND_OUT * tally.withLosses() && seen > 0;
    }

    private boolean damageALog() throws IOException {
        var damage = new LogDamage(seed, LOG_BYTES);
        var flips = damage.flips();
        var cuts = damage.cuts();
        System.out.printf(
                "log: %d bits turned over were detected, %d harmless: all was there; %d cuts%n",
                flips.detected(), flips.harmless(), cuts.tried());
        flips.problems().forEach(System.out::println);
        cuts.problems().forEach(System.out::println);
        scoreboard.add(List.of(
                entry("11", "bits of a log of 64 KiB, each once: detected", flips.detected(), flips.problems()),
                entry("11", "bits of a log of 64 KiB, each once: harmless, all was there", flips.harmless(), List.of()),
                entry("12", "each byte of a log of 64 KiB", cuts.tried(), cuts.problems())));
        return flips.problems().isEmpty() && cuts.problems().isEmpty();
    }

    private Entry entry(String line, String what, long count, List<String> problems) throws IOException {
        return new Entry(line, what, count, problems.size(), seed, null, today(), Scoreboard.commit());
    }

    private String today() {
        return LocalDate.now(clock).toString();
    }

    private boolean run() throws IOException {
        long end = System.nanoTime() + (long) (secondsEach() * 1e9);
        boolean ok = true;
        while (System.nanoTime() < end) ok &= batch(Math.min(end, System.nanoTime() + MOST_BATCH_NANOS));
        return ok;
    }

    private boolean batch(long endNanos) throws IOException {
        long begun = System.nanoTime();
        long first = seed;
        Tally tally = Campaign.run(until(endNanos), threads, false, failures);
        System.out.println(first + " to " + (seed - 1) + ": " + tally.summary((System.nanoTime() - begun) / 1e9));
        scoreboard.add(SimulatedEntries.of(tally, first, seed - 1, today(), Scoreboard.commit()));
        return tally.failures().isEmpty();
    }

    private Plan plan(long s) {
        return Plan.mixed(s, members == 0 ? Plan.membersOf(s) : members);
    }

    private Iterator<Plan> until(long endNanos) {
        return new Iterator<>() {
            @Override
            public boolean hasNext() {
                return System.nanoTime() < endNanos;
            }

            @Override
            public Plan next() {
                return plan(seed++);
            }
        };
    }
}
