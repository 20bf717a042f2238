@NullMarked
package io.actd.simulation.client;

import org.jspecify.annotations.NullMarked;
