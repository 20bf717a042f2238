/** Whole members, with real files, linked in one JVM. */
@NullMarked
package io.actd.cluster;

import org.jspecify.annotations.NullMarked;
