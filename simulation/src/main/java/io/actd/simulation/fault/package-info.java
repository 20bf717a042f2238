/** What goes wrong in a simulation, as data: drawn by the seed, printed, and left out one by one when a failure is shrunk. */
@NullMarked
package io.actd.simulation.fault;

import org.jspecify.annotations.NullMarked;
