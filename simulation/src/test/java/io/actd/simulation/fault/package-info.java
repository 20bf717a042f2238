@NullMarked
package io.actd.simulation.fault;

import org.jspecify.annotations.NullMarked;
