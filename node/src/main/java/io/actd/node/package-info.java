/**
 * One process: what to run is read by {@code flag}, checked by {@code config}, started and stopped by {@code run},
 * told by {@code log} and {@code metrics}. {@link io.actd.node.Main} ties them together.
 */
@NullMarked
package io.actd.node;

import org.jspecify.annotations.NullMarked;
