/**
 * The rules of Raft: event in, effects out.
 *
 * <p>{@link io.actd.raft.Raft#on} is the only door. It has no clock (it counts {@link io.actd.raft.Event.Tick}s), no
 * randomness of its own, no I/O, no logging and no threads; whoever owns it (the {@code RaftNode} actor, a test, the
 * simulation) feeds events one at a time and carries out the returned effects in their order.
 *
 * <pre>
 *   Event ──▶ Raft.on ──▶ Step(effects in order)
 *                            Persist   hard state, entries; then send
 *                            Send      needs no durability first
 *                            Commit    entries to apply
 *                            ReadReady linearizable reads may run at this index
 * </pre>
 */
@NullMarked
package io.actd.raft;

import org.jspecify.annotations.NullMarked;
