/** The machines of a simulated cluster: disks, clocks, the network between them, and the production members they run. */
@NullMarked
package io.actd.simulation.cluster;

import org.jspecify.annotations.NullMarked;
