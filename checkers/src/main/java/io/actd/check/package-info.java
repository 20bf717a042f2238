/** Records what clients saw and verifies it against the order that revisions claim. */
@NullMarked
package io.actd.check;

import org.jspecify.annotations.NullMarked;
