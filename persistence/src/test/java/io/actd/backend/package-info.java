@NullMarked
package io.actd.backend;

import org.jspecify.annotations.NullMarked;
