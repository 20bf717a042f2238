@NullMarked
package io.actd.lease;

import org.jspecify.annotations.NullMarked;
