package io.actd.simulation.campaign;

import io.actd.simulation.Cut;
import io.actd.simulation.Plan;
import io.actd.simulation.Simulation;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Makes a failing simulation small: leaves out faults, clients and time as long as the same promise is still broken.
 *
 * <p>Faults are left out by delta debugging (Zeller and Hildebrandt, "Simplifying and isolating failure-inducing
 * input"): halves first, then ever smaller parts. A cut draws its chances differently from there on, so each is tried
 * with several draws.
 */
public final class Shrinker {
    /**
     * The smallest that still fails.
     *
     * @param cut what is left of the plan
     * @param what the promise it breaks
     * @param runs simulations that took
     */
    public record Shrunk(Plan plan, Cut cut, String what, int runs) {
        /** The command that shows it. */
        public String command() {
            return plan.command() + " " + cut.arguments();
        }
    }

    private static final int MOST_RUNS = 2_000;
    private static final Duration SHORTEST = Duration.ofSeconds(1);

    private final Plan plan;
    private final int draws;
    private final int mostRuns;
    private final Consumer<Cut> progress;
    private String rule = "";
    private String what = "";
    private Cut best;
    private int runs;

    private Shrinker(Plan plan, int draws, int mostRuns, Consumer<Cut> progress) {
        this.plan = plan;
        this.draws = draws;
        this.mostRuns = mostRuns;
        this.progress = progress;
        this.best = Cut.none(plan);
    }

    /**
     * Shrinks a plan; empty if it does not fail.
     *
     * @param draws with how many draws of chance each cut is tried
     * @param progress told of each smaller one
     */
    public static Optional<Shrunk> shrink(Plan plan, int draws, Consumer<Cut> progress) {
        return shrink(plan, draws, MOST_RUNS, progress);
    }

    /** The same; what is the smallest after so many runs is the smallest. */
    static Optional<Shrunk> shrink(Plan plan, int draws, int mostRuns, Consumer<Cut> progress) {
        return new Shrinker(plan, draws, mostRuns, progress).run();
    }

    private Optional<Shrunk> run() {
        var whole = violations(best);
        if (whole.isEmpty()) return Optional.empty();
        what = whole.getFirst();
        rule = ruleOf(what);
        cutFaults();
        cutClients();
        cutTime();
        cutFaults();
        return Optional.of(new Shrunk(plan, best, what, runs));
    }

    private void cutFaults() {
        int parts = 2;
        while (!best.faults().isEmpty()) {
            int size = best.faults().size();
            if (withoutSomeOf(Math.min(parts, size))) parts = Math.max(2, parts - 1);
            else if (parts >= size) return;
            else parts = Math.min(size, parts * 2);
        }
    }

    private boolean withoutSomeOf(int parts) {
        var faults = best.faults();
        for (int part = 0; part < parts; part++) {
            int from = faults.size() * part / parts;
            int to = faults.size() * (part + 1) / parts;
            var rest = new ArrayList<>(faults.subList(0, from));
            rest.addAll(faults.subList(to, faults.size()));
            if (stillFails(best.withFaults(rest))) return true;
        }
        return false;
    }

    private void cutClients() {
        while (best.clients() > 0 && stillFails(best.withClients(best.clients() - 1))) {}
    }

    private void cutTime() {
        var step = best.load().dividedBy(2);
        while (step.compareTo(SHORTEST) >= 0) {
            var shorter = best.load().minus(step);
            if (shorter.isNegative() || shorter.isZero() || !stillFails(best.withLoad(shorter)))
                step = step.dividedBy(2);
        }
    }

    private boolean stillFails(Cut cut) {
        for (int draw = 0; draw < draws && runs < mostRuns; draw++) {
            var tried = cut.withDraw(draw == 0 ? cut.draw() : plan.seed() + draw);
            for (var violation : violations(tried)) {
                if (!ruleOf(violation).equals(rule)) continue;
                best = tried;
                what = violation;
                progress.accept(best);
                return true;
            }
        }
        return false;
    }

    private List<String> violations(Cut cut) {
        runs++;
        try {
            return Simulation.run(plan.cut(cut)).violations();
        } catch (RuntimeException | Error e) { // as in a campaign, a way to fail
            return List.of(Failure.crash(e));
        }
    }

    /** A violation begins with the name of the promise. */
    private static String ruleOf(String violation) {
        int end = violation.indexOf(' ');
        return end < 0 ? violation : violation.substring(0, end);
    }
}
