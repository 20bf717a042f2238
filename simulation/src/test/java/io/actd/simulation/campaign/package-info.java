@NullMarked
package io.actd.simulation.campaign;

import org.jspecify.annotations.NullMarked;
