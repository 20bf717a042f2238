/** Clients of a simulated cluster: what they ask, whom, with which patience; and the record of what they saw. */
@NullMarked
package io.actd.simulation.client;

import org.jspecify.annotations.NullMarked;
