/** The watch hub and the watch streams. */
@NullMarked
package io.actd.watch;

import org.jspecify.annotations.NullMarked;
