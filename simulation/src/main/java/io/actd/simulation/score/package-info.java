/** What was shown, how often and when: the data file and the table in the README made of it ({@code ./scoreboard}). */
@NullMarked
package io.actd.simulation.score;

import org.jspecify.annotations.NullMarked;
