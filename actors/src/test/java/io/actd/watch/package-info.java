@NullMarked
package io.actd.watch;

import org.jspecify.annotations.NullMarked;
