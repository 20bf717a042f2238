package io.actd.simulation.scenario;

import io.actd.simulation.Report;
import io.actd.simulation.Simulation;
import io.actd.simulation.campaign.Failure;
import io.actd.simulation.scenario.Scenario.Need;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/**
 * What came of a scenario that was played with some seeds.
 *
 * @param reports by seed, from 1
 * @param failures broken promises, none if all is well
 */
public record Performance(Scenario scenario, List<Report> reports, List<Failure> failures) {
    public Performance {
        reports = List.copyOf(reports);
        failures = List.copyOf(failures);
    }

    /** Plays it with the seeds from 1, each of them twice. */
    public static Performance of(Scenario scenario, int seeds) {
        var reports = new ArrayList<Report>();
        var failures = new ArrayList<Failure>();
        for (long seed = 1; seed <= seeds; seed++) {
            var plan = scenario.plan(seed);
            var report = Simulation.run(plan);
            reports.add(report);
            if (!report.ok()) failures.add(new Failure(plan, String.join("; ", report.violations())));
            else if (Simulation.again(plan).hash() != report.hash())
                failures.add(new Failure(plan, "NOT_DETERMINISTIC: the second run came to another trace"));
        }
        return new Performance(scenario, reports, failures);
    }

    /** What did not come about in at least half of the seeds: then it is another story. */
    public List<String> missing() {
        return scenario.needs().stream()
                .filter(need -> 2 * seedsWith(need) < reports.size())
                .map(need -> need.what() + " in " + seedsWith(need) + " of " + reports.size() + " seeds")
                .toList();
    }

    private long seedsWith(Need need) {
        return reports.stream()
                .filter(report -> need.times().applyAsLong(report) > 0)
                .count();
    }

    /** One line. */
    public String summary() {
        var came = scenario.needs().stream()
                .map(need -> need.what() + " "
                        + reports.stream().mapToLong(need.times()).sum())
                .collect(Collectors.joining(", "));
        return "%-16s %s; in %d seeds: %s; %s"
                .formatted(
                        scenario.name(),
                        scenario.what(),
                        reports.size(),
                        came,
                        failures.isEmpty() ? "none failed" : failures.size() + " FAILED");
    }
}
