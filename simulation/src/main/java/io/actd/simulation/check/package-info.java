/** What must hold inside the cluster at every step, whatever clients see. */
@NullMarked
package io.actd.simulation.check;

import org.jspecify.annotations.NullMarked;
