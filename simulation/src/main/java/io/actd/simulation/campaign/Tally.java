package io.actd.simulation.campaign;

import io.actd.simulation.Report;
import io.actd.simulation.check.Moment;
import io.actd.simulation.fault.Fault;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** What a number of simulations came to. For use by several threads. */
public final class Tally {
    private final Map<Fault.Kind, Long> faults = new EnumMap<>(Fault.Kind.class);
    private final Map<String, Long> deaths = new TreeMap<>();
    private final Map<Moment, Long> moments = new EnumMap<>(Moment.class);
    private final List<Long> quiets = new ArrayList<>();
    private final List<Long> majorities = new ArrayList<>();
    private final List<Failure> failures = new ArrayList<>();
    private long seeds;
    private long repeated;
    private long virtualNanos;
    private long steps;
    private long operations;
    private long powerLosses;
    private long withLosses;
    private long lossesFoundOut;

    synchronized void add(Report report) {
        seeds++;
        virtualNanos += report.virtualNanos();
        if (report.ok()) quiets.add(report.quietNanos());
        if (report.majorityNanos() > 0) majorities.add(report.majorityNanos());
        steps += report.steps();
        operations += report.operations();
        powerLosses += report.powerLosses();
        if (report.hasLosses()) withLosses++;
        if (report.hasLosses() && !report.ok()) lossesFoundOut++;
        report.faults().forEach((kind, times) -> faults.merge(kind, (long) times, Long::sum));
        report.moments().forEach((moment, times) -> moments.merge(moment, times, Long::sum));
        report.deaths().forEach((failpoint, times) -> deaths.merge(failpoint, (long) times, Long::sum));
    }

    synchronized void repeated() {
        repeated++;
    }

    synchronized void failed(Failure failure) {
        failures.add(failure);
    }

    /** Simulations, each counted once. */
    public synchronized long seeds() {
        return seeds;
    }

    /** Those that were run a second time and came to the same. */
    public synchronized long repeatedAlike() {
        return repeated;
    }

    /** Time that passed inside, second runs not counted. */
    public synchronized long virtualSeconds() {
        return virtualNanos / 1_000_000_000L;
    }

    public synchronized long operations() {
        return operations;
    }

    /** How often a machine alone lost power while its member ran, and with it something that was not durable. */
    public synchronized long powerLosses() {
        return powerLosses;
    }

    /** Simulations in which a loss of power, of one machine or of all, took something. */
    public synchronized long withLosses() {
        return withLosses;
    }

    /** Those of them that broke a promise. */
    public synchronized long lossesFoundOut() {
        return lossesFoundOut;
    }

    /** How often these kinds of faults took effect. */
    public synchronized long faults(Fault.Kind... kinds) {
        long sum = 0;
        for (var kind : kinds) sum += faults.getOrDefault(kind, 0L);
        return sum;
    }

    /** How often each kind of fault took effect; those that never did are missing. */
    public synchronized Map<Fault.Kind, Long> faultsByKind() {
        return new EnumMap<>(faults);
    }

    /** How often a process died at each failpoint; those at which none did are missing. */
    public synchronized Map<String, Long> deaths() {
        return new TreeMap<>(deaths);
    }

    /** How often that came about. */
    public synchronized long times(Moment moment) {
        return moments.getOrDefault(moment, 0L);
    }

    /** How often any fault took effect. */
    public synchronized long allFaults() {
        return faults.values().stream().mapToLong(Long::longValue).sum();
    }

    public synchronized List<Failure> failures() {
        return List.copyOf(failures);
    }

    /** One line: how long it took until all was well again, in virtual time. */
    public synchronized String settling() {
        return "all was quiet after %s; of %d majorities that were left alone, after calls had failed, all calls were answered after %s"
                .formatted(spread(quiets), majorities.size(), spread(majorities));
    }

    private static String spread(List<Long> nanos) {
        if (nanos.isEmpty()) return "-";
        var sorted = nanos.stream().sorted().toList();
        return "%.1f s (median), %.1f s (99 of 100), %.1f s (longest)"
                .formatted(part(sorted, 0.5), part(sorted, 0.99), part(sorted, 1));
    }

    /** Of values in their order, the one that this part of them does not exceed, in seconds. */
    private static double part(List<Long> sorted, double part) {
        return sorted.get((int) Math.ceil(part * sorted.size()) - 1) / 1e9;
    }

    /** One line, with the speed if the runs took that long, on so many threads. */
    public synchronized String summary(double realSeconds) {
        return "%d seeds (%d of them twice), %d operations, %d faults, %d power losses, %d steps, %.2f virtual days in %.1f s: %.0f x real time; %s"
                .formatted(
                        seeds,
                        repeated,
                        operations,
                        allFaults(),
                        powerLosses,
                        steps,
                        virtualSeconds() / 86_400.0,
                        realSeconds,
                        virtualNanos / 1e9 / realSeconds,
                        failures.isEmpty() ? "none failed" : failures.size() + " FAILED");
    }
}
