/**
 * One thread under virtual time: a {@link io.actd.simulation.thread.RunQueue} that stands in for all dispatchers and
 * timers of all processes of a simulation.
 *
 * <pre>
 *   actor system of a process ──dispatcher──▶ RunQueueConfigurator ──▶ VirtualProcess ──▶ RunQueue ──▶ step by step
 *                             ──scheduler───▶ VirtualScheduler ────────▲
 * </pre>
 */
@NullMarked
package io.actd.simulation.thread;

import org.jspecify.annotations.NullMarked;
