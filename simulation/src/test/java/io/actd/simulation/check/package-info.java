@NullMarked
package io.actd.simulation.check;

import org.jspecify.annotations.NullMarked;
