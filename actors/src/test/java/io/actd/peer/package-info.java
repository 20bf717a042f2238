@NullMarked
package io.actd.peer;

import org.jspecify.annotations.NullMarked;
