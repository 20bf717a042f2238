/**
 * Many simulations: running them on all cores, adding up what came of them, and cutting a failing one down to what it
 * takes to fail. Behind {@code ./simulate}, {@code ./soak} and the checks.
 */
@NullMarked
package io.actd.simulation.campaign;

import org.jspecify.annotations.NullMarked;
