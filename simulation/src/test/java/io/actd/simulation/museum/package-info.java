@NullMarked
package io.actd.simulation.museum;

import org.jspecify.annotations.NullMarked;
