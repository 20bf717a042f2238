package io.actd.simulation;

import io.actd.simulation.check.Moment;
import io.actd.simulation.fault.Fault;
import java.util.List;
import java.util.Map;

/**
 * How a simulation ended.
 *
 * @param hash of everything that happened
 * @param virtualNanos how long it took in its own time
 * @param quietNanos how long it took from the end of all faults until nothing was left to wait for
 * @param majorityNanos how long it was until a majority that was left alone answered all calls, 0 if none was
 * @param steps tasks that ran
 * @param operations calls of clients
 * @param answered those with an answer
 * @param revision of the store at the end
 * @param powerLosses how often a machine alone lost power while its member ran, and what was not durable with it
 * @param faults how often each kind took effect
 * @param deaths how often a process died at each failpoint
 * @param moments what else came about, how often; empty if it was not judged
 * @param windows parts of the history in which an order was searched
 * @param violations broken promises, none if all is well
 */
public record Report(
        long hash,
        long virtualNanos,
        long quietNanos,
        long majorityNanos,
        long steps,
        long operations,
        long answered,
        long revision,
        long powerLosses,
        Map<Fault.Kind, Integer> faults,
        Map<String, Integer> deaths,
        Map<Moment, Long> moments,
        int windows,
        List<String> violations) {
    public Report {
        faults = Map.copyOf(faults);
        deaths = Map.copyOf(deaths);
        moments = Map.copyOf(moments);
        violations = List.copyOf(violations);
    }

    public boolean ok() {
        return violations.isEmpty();
    }

    /** True if a loss of power, of one machine or of all, took something. */
    public boolean hasLosses() {
        return powerLosses > 0 || faults.containsKey(Fault.Kind.POWER_LOSS_OF_ALL);
    }

    /** Faults that took effect. */
    public int faultCount() {
        return faults.values().stream().mapToInt(Integer::intValue).sum();
    }
}
