/** Promises that are checked while the product runs. */
@NullMarked
package io.actd.invariant;

import org.jspecify.annotations.NullMarked;
