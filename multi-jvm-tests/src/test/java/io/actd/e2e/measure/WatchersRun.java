package io.actd.e2e.measure;

import io.actd.e2e.cluster.Cluster;
import io.actd.e2e.load.Flood;
import io.actd.e2e.load.WatcherCrowd;
import io.actd.e2e.score.Scoreboard;
import java.time.Duration;
import java.util.Arrays;
import java.util.Locale;

/**
 * Watches a cluster of three with many watchers, of which some stop reading, and tells what that does to the others and to
 * puts.
 *
 * <p>{@code multi-jvm-tests/watchers --watchers 10000 --stopping 1000 --seconds 120 [flags of the members]}
 */
public final class WatchersRun {
    private static final Duration USUAL = Duration.ofSeconds(30);
    private static final int FLOODS = 5;
    private static final int PUTS = 10_000;
    private static final int VALUE_BYTES = 100;
    private static final double LONGEST_LAG_MILLIS = 100;
    private static final double LEAST_PACE = 0.9;

    private WatchersRun() {}

    /** Runs with the arguments told above; the rest goes to the members. */
    public static void main(String[] args) {
        Arguments arguments = new Arguments(args);
        int watchers = (int) arguments.number("--watchers", 10_000);
        int stopping = (int) arguments.number("--stopping", 1_000);
        Duration time = Duration.ofSeconds(arguments.number("--seconds", 120));
        try (Cluster cluster = new Cluster().direct().start(3, arguments.rest());
                WatcherCrowd crowd = new WatcherCrowd(cluster.members(), watchers, stopping)) {
            flood(cluster); // compilers
            flood(cluster);
            crowd.putFor(USUAL);
            System.out.println("everybody reads: " + Figures.ofNanos(crowd.takeLags()));
            double usual = flood(cluster);
            crowd.stopReading();
            crowd.putFor(time);
            Figures lags = Figures.ofNanos(crowd.takeLags());
            System.out.println(stopping + " do not: " + lags);
            double meanwhile = flood(cluster);
            System.out.printf(
                    Locale.ROOT,
                    "puts a second before %.0f, meanwhile %.0f: %.2f%n",
                    usual,
                    meanwhile,
                    meanwhile / usual);
            long begun = System.nanoTime();
            crowd.readOn();
            System.out.printf(Locale.ROOT, "all had seen all after %.1f s%n", (System.nanoTime() - begun) / 1e9);
            crowd.problems().stream().limit(10).forEach(System.out::println);
            boolean asWanted = crowd.problems().isEmpty()
                    && lags.at(0.99) <= LONGEST_LAG_MILLIS
                    && meanwhile / usual >= LEAST_PACE;
            Scoreboard.add("23", Scoreboard.REAL + ", seconds", "watchers", time.toSeconds(), asWanted ? 0 : 1, 0);
        }
        System.exit(0);
    }

    /** Puts a second of keys nobody watches, the median of some series. */
    private static double flood(Cluster cluster) {
        double[] paces = new double[FLOODS];
        for (int i = 0; i < FLOODS; i++) {
            long begun = System.nanoTime();
            Flood.fill(cluster.leader(), PUTS, VALUE_BYTES);
            paces[i] = PUTS * 1e9 / (System.nanoTime() - begun);
        }
        Arrays.sort(paces);
        return paces[FLOODS / 2];
    }
}
