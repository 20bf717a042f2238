/**
 * Old bugs put back on purpose, to see that the simulation still finds them. Each is a patch in {@code
 * simulation/mutants}; it is applied to a copy, never to the product ({@code ./museum}).
 */
@NullMarked
package io.actd.simulation.museum;

import org.jspecify.annotations.NullMarked;
