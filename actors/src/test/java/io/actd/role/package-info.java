@NullMarked
package io.actd.role;

import org.jspecify.annotations.NullMarked;
