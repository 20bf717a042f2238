/** What no polite client sends. */
@NullMarked
package io.actd.e2e.badinput;

import org.jspecify.annotations.NullMarked;
