@NullMarked
package io.actd.world;

import org.jspecify.annotations.NullMarked;
