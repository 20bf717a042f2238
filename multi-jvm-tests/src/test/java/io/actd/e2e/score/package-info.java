/** Figures for the scoreboard of reliability. */
@NullMarked
package io.actd.e2e.score;

import org.jspecify.annotations.NullMarked;
