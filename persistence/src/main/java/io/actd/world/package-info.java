/** The five doors to the outside: clock, randomness, files, network and threads, each with a real and a simulated version. */
@NullMarked
package io.actd.world;

import org.jspecify.annotations.NullMarked;
