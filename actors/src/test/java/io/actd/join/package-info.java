@NullMarked
package io.actd.join;

import org.jspecify.annotations.NullMarked;
