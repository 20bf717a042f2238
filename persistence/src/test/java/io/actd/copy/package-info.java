@NullMarked
package io.actd.copy;

import org.jspecify.annotations.NullMarked;
