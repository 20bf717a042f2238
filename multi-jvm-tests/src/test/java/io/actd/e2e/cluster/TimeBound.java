package io.actd.e2e.cluster;

import io.actd.e2e.load.Load;
import io.actd.e2e.score.Scoreboard;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/**
 * How long the cluster may go without a write when something happens to it (faults.md 4).
 *
 * <p>Other work on the machine may hold a round up, so that counts only what is longer than the longest pause right before,
 * and of some rounds the best. The short version of a story only measures; the longer ones of a soak must keep the bound.
 */
public final class TimeBound {
    private static final int ROUNDS = 3;
    private static final int WRITES = 200;
    private static final Duration UNDISTURBED = Duration.ofSeconds(2);

    private final String line;
    private final String what;
    private final Duration bound;
    private final List<Round> rounds = new ArrayList<>();

    private record Round(Duration usual, Duration taken) {
        Duration more() {
            return taken.minus(usual);
        }

        @Override
        public String toString() {
            return String.format(Locale.ROOT, "%d ms (%d before)", taken.toMillis(), usual.toMillis());
        }
    }

    private TimeBound(String line, String what, Duration bound) {
        this.line = line;
        this.what = what;
        this.bound = bound;
    }

    /** Writes must be back so soon; rounds are counted in that line of the scoreboard, late ones as failures. */
    public static TimeBound writesAreBackWithin(Duration bound, String line) {
        return new TimeBound(line, "without a write", bound);
    }

    /** Another member must lead so soon. */
    public static TimeBound leadershipMovesWithin(Duration bound, String line) {
        return new TimeBound(line, "until another leads", bound);
    }

    /** Whether another round is to be played after so many: the bound was not kept yet, and there is a chance. */
    public boolean wantsMoreThan(int played) {
        return played < ROUNDS && !isKept();
    }

    /** Lets it happen, under a load that has a probe, and returns once writes go on. */
    public void measure(Load load, Runnable fault) {
        long before = System.nanoTime();
        load.goOn(UNDISTURBED);
        Duration usual = load.silenceSince(before);
        long begin = System.nanoTime();
        fault.run();
        load.awaitWrites(WRITES);
        rounds.add(new Round(usual, load.silenceSince(begin)));
    }

    /** Another round, that took so long. */
    public void took(Duration time) {
        rounds.add(new Round(Duration.ZERO, time));
    }

    /** Tells what was measured, and throws in a soak if no round kept the bound. */
    public void check() {
        String measured = rounds.stream().map(Round::toString).collect(Collectors.joining(", "));
        String wanted = "at most %d ms %s".formatted(bound.toMillis(), what);
        System.out.printf("%s wanted: %s%n", wanted, measured);
        int late =
                (int) rounds.stream().filter(round -> !isWithin(round.more())).count();
        Scoreboard.add(line, Scoreboard.REAL + ", " + wanted, "TimeBound", rounds.size(), late, Cluster.seed());
        if (Cluster.times(1) > 1 && !isKept()) {
            throw new AssertionError(wanted + ": " + measured);
        }
    }

    private boolean isKept() {
        return rounds.stream().anyMatch(round -> isWithin(round.more()));
    }

    private boolean isWithin(Duration time) {
        return time.compareTo(bound) <= 0;
    }
}
