@NullMarked
package io.actd.applier;

import org.jspecify.annotations.NullMarked;
