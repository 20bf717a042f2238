@NullMarked
package io.actd.mvcc;

import org.jspecify.annotations.NullMarked;
