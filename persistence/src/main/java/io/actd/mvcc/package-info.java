/** The multi-version store: key index on heap, revisions in the backend. */
@NullMarked
package io.actd.mvcc;

import org.jspecify.annotations.NullMarked;
