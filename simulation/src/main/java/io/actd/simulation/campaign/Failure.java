package io.actd.simulation.campaign;

import io.actd.simulation.Plan;

/**
 * A simulation that went wrong.
 *
 * @param plan what was to happen
 * @param what broken promises, or why it could not be judged
 */
public record Failure(Plan plan, String what) {
    @Override
    public String toString() {
        return plan.command() + ": " + what;
    }
}
