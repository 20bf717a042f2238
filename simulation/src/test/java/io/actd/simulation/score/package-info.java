@NullMarked
package io.actd.simulation.score;

import org.jspecify.annotations.NullMarked;
