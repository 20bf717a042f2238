package io.actd.simulation.scenario;

import io.actd.simulation.campaign.Campaign;
import io.actd.simulation.campaign.Failure;
import io.actd.simulation.campaign.Tally;
import io.actd.simulation.scenario.Scenario.Need;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.LongStream;

/**
 * What came of a scenario that was played with some seeds.
 *
 * @param bySeed what each seed came to, from 1
 */
public record Performance(Scenario scenario, List<Tally> bySeed) {
    public Performance {
        bySeed = List.copyOf(bySeed);
    }

    /** Plays it with the seeds from 1, each of them twice. */
    public static Performance of(Scenario scenario, int seeds) {
        var bySeed = LongStream.rangeClosed(1, seeds)
                .mapToObj(seed -> Campaign.run(List.of(scenario.plan(seed)).iterator(), 1, true, failure -> {}))
                .toList();
        return new Performance(scenario, bySeed);
    }

    /** Broken promises, none if all is well. */
    public List<Failure> failures() {
        return bySeed.stream().flatMap(tally -> tally.failures().stream()).toList();
    }

    /** What did not come about in at least half of the seeds: then it is another story. */
    public List<String> missing() {
        return scenario.needs().stream()
                .filter(need -> 2 * seedsWith(need) < bySeed.size())
                .map(need -> need.what() + " in " + seedsWith(need) + " of " + bySeed.size() + " seeds")
                .toList();
    }

    private long seedsWith(Need need) {
        return bySeed.stream()
                .filter(tally -> need.times().applyAsLong(tally) > 0)
                .count();
    }

    /** One line. */
    public String summary() {
        var came = scenario.needs().stream()
                .map(need -> need.what() + " "
                        + bySeed.stream().mapToLong(need.times()).sum())
                .collect(Collectors.joining(", "));
        return "%-16s %s; in %d seeds: %s; %s"
                .formatted(
                        scenario.name(),
                        scenario.what(),
                        bySeed.size(),
                        came,
                        failures().isEmpty() ? "none failed" : failures().size() + " FAILED");
    }
}
