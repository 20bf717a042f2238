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
    private final List<Failure> failures = new ArrayList<>();
    private long seeds;
    private long repeated;
    private long virtualNanos;
    private long steps;
    private long operations;
    private long powerLosses;
    private long withLosses;

    synchronized void add(Report report) {
        seeds++;
        virtualNanos += report.virtualNanos();
        steps += report.steps();
        operations += report.operations();
        powerLosses += report.powerLosses();
        if (report.hasLosses()) withLosses++;
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
