/** A damaged log, and what a member makes of it. */
@NullMarked
package io.actd.e2e.wal;

import org.jspecify.annotations.NullMarked;
