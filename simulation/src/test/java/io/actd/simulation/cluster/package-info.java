@NullMarked
package io.actd.simulation.cluster;

import org.jspecify.annotations.NullMarked;
