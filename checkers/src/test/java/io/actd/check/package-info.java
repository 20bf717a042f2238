@NullMarked
package io.actd.check;

import org.jspecify.annotations.NullMarked;
