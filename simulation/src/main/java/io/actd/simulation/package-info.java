/** A whole cluster of production members on one thread under virtual time, with clients, faults and checkers. */
@NullMarked
package io.actd.simulation;

import org.jspecify.annotations.NullMarked;
