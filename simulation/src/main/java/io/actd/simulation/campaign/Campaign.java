package io.actd.simulation.campaign;

import io.actd.simulation.Plan;
import io.actd.simulation.Report;
import io.actd.simulation.Simulation;
import java.util.Iterator;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** Runs plan after plan, each on one thread, several threads beside each other. */
public final class Campaign {
    private final Iterator<Plan> plans;
    private final boolean twice;
    private final Consumer<Failure> onFailure;
    private final Tally tally = new Tally();

    private Campaign(Iterator<Plan> plans, boolean twice, Consumer<Failure> onFailure) {
        this.plans = plans;
        this.twice = twice;
        this.onFailure = onFailure;
    }

    /**
     * Runs them all. Whatever is not a clean report is a failure.
     *
     * @param plans taken from by one thread at a time
     * @param twice runs each that is well a second time, which has to come to the same
     * @param onFailure told at once, on any of the threads
     */
    public static Tally run(Iterator<Plan> plans, int threads, boolean twice, Consumer<Failure> onFailure) {
        var campaign = new Campaign(plans, twice, onFailure);
        try (var pool = Executors.newFixedThreadPool(threads)) {
            var workers = IntStream.range(0, threads)
                    .mapToObj(i -> CompletableFuture.runAsync(campaign::work, pool))
                    .toArray(CompletableFuture<?>[]::new);
            CompletableFuture.allOf(workers).join();
        }
        return campaign.tally;
    }

    private synchronized @Nullable Plan next() {
        return plans.hasNext() ? plans.next() : null;
    }

    private void work() {
        for (var plan = next(); plan != null; plan = next()) {
            var report = attempt(plan, Simulation::run);
            if (report != null) tally.add(report);
            if (report == null || !twice || !report.ok()) continue;
            var again = attempt(plan, Simulation::again);
            if (again == null) continue;
            if (again.hash() == report.hash()) tally.repeated();
            else failed(plan, "NOT_DETERMINISTIC: the second run came to another trace");
        }
    }

    private @Nullable Report attempt(Plan plan, Function<Plan, Report> simulation) {
        try {
            var report = simulation.apply(plan);
            if (!report.ok()) failed(plan, String.join("; ", report.violations()));
            return report;
        } catch (RuntimeException | Error e) { // nothing of it may be lost
            failed(plan, Failure.crash(e));
            return null;
        }
    }

    private void failed(Plan plan, String what) {
        var failure = new Failure(plan, what);
        tally.failed(failure);
        onFailure.accept(failure);
    }
}
