@NullMarked
package io.actd.log;

import org.jspecify.annotations.NullMarked;
