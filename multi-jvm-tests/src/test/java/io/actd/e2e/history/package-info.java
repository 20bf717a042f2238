/** Records what clients saw and verifies it against the order that revisions claim. */
@NullMarked
package io.actd.e2e.history;

import org.jspecify.annotations.NullMarked;
