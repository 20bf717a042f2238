package io.actd.simulation;

import java.time.Duration;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * What is to be left of a plan, to see what it takes to fail.
 *
 * @param faults numbers of those that happen, from 0 in the order of the plan
 * @param clients how many ask for pairs
 * @param load how long clients and faults go on
 * @param draw seed of what is drawn on the way
 */
public record Cut(List<Integer> faults, int clients, Duration load, long draw) {
    public Cut {
        faults = List.copyOf(faults);
    }

    /** All of the plan. */
    public static Cut none(Plan plan) {
        var all = IntStream.range(0, plan.faults().size()).boxed().toList();
        return new Cut(all, plan.clients().pairs(), plan.load(), plan.seed());
    }

    public Cut withFaults(List<Integer> fewer) {
        return new Cut(fewer, clients, load, draw);
    }

    public Cut withClients(int fewer) {
        return new Cut(faults, fewer, load, draw);
    }

    public Cut withLoad(Duration shorter) {
        return new Cut(faults, clients, shorter, draw);
    }

    public Cut withDraw(long other) {
        return new Cut(faults, clients, load, other);
    }

    /** As arguments of {@code ./simulate}. */
    public String arguments() {
        var numbers = faults.stream().map(String::valueOf).collect(Collectors.joining(","));
        return "--faults " + (numbers.isEmpty() ? "none" : numbers) + " --clients " + clients + " --load-millis "
                + load.toMillis() + " --draw " + draw;
    }
}
