package io.actd.simulation.scenario;

import java.util.List;
import java.util.NoSuchElementException;
import java.util.stream.Stream;

/** All scenarios. */
public final class Scenarios {
    private Scenarios() {}

    /** In the order of the track record. */
    public static List<Scenario> all() {
        return Stream.of(
                        DurabilityScenarios.all(),
                        ReadScenarios.all(),
                        WatchScenarios.all(),
                        LeaseScenarios.all(),
                        MemberScenarios.all(),
                        MajorityScenarios.all())
                .flatMap(List::stream)
                .toList();
    }

    /** Of all. */
    public static List<String> names() {
        return all().stream().map(Scenario::name).toList();
    }

    /** @throws NoSuchElementException if there is none of that name */
    public static Scenario named(String name) {
        return all().stream()
                .filter(scenario -> scenario.name().equals(name))
                .findFirst()
                .orElseThrow(() -> new NoSuchElementException("no scenario " + name + "; there are " + names()));
    }
}
