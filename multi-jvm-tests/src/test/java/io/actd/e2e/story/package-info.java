/** Fault stories of a cluster of three: what is done to it; what must hold is told by {@code Cluster}. */
@NullMarked
package io.actd.e2e.story;

import org.jspecify.annotations.NullMarked;
