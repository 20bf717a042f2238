package io.actd.simulation.campaign;

import io.actd.simulation.Plan;

/**
 * A simulation that went wrong.
 *
 * @param plan what was to happen
 * @param what broken promises, or why it could not be judged
 */
public record Failure(Plan plan, String what) {
    /** What went wrong if the simulation threw that. */
    static String crash(Throwable thrown) {
        return "CRASH of the simulation: " + thrown;
    }

    @Override
    public String toString() {
        return plan.command() + ": " + what;
    }
}
