@NullMarked
package io.actd.snapshot;

import org.jspecify.annotations.NullMarked;
