/** The MVCC applier and the keeper of the store. */
@NullMarked
package io.actd.applier;

import org.jspecify.annotations.NullMarked;
