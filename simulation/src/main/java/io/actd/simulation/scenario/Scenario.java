package io.actd.simulation.scenario;

import io.actd.simulation.Plan;
import io.actd.simulation.campaign.Tally;
import io.actd.simulation.check.Moment;
import io.actd.simulation.fault.Fault;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.ToLongFunction;

/**
 * A story that can be played with many seeds.
 *
 * @param name the one it has in the track record
 * @param what is played
 * @param members how many
 * @param script what happens
 * @param needs what has to come about, or the story was not played
 */
public record Scenario(String name, String what, int members, Consumer<Script> script, List<Need> needs) {
    /**
     * Something that has to come about.
     *
     * @param what it is
     * @param times how often it did
     */
    public record Need(String what, ToLongFunction<Tally> times) {
        static Need fault(Fault.Kind kind) {
            return new Need(kind.name(), tally -> tally.faults(kind));
        }

        static Need death(String failpoint) {
            return new Need("death at " + failpoint, tally -> tally.deaths().getOrDefault(failpoint, 0L));
        }

        static Need moment(Moment moment) {
            return new Need(moment.name(), tally -> tally.times(moment));
        }
    }

    public Scenario {
        needs = List.copyOf(needs);
    }

    static Scenario of(String name, String what, int members, Consumer<Script> script, Need... needs) {
        return new Scenario(name, what, members, script, Arrays.asList(needs));
    }

    /** The story as that seed plays it. */
    public Plan plan(long seed) {
        var plan = new Script(name, members, seed);
        script.accept(plan);
        return plan.plan();
    }
}
