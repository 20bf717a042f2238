@NullMarked
package io.actd.simulation.scenario;

import org.jspecify.annotations.NullMarked;
