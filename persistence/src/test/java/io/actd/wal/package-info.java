@NullMarked
package io.actd.wal;

import org.jspecify.annotations.NullMarked;
