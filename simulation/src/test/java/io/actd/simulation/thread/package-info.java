@NullMarked
package io.actd.simulation.thread;

import org.jspecify.annotations.NullMarked;
