@NullMarked
package io.actd.simulation;

import org.jspecify.annotations.NullMarked;
