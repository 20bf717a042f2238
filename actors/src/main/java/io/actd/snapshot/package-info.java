/**
 * The store on its way from the leader to a member whose next entries are forgotten (§7).
 *
 * <pre>
 *   leader                                           follower
 *   RaftNode ─spawns─▶ SnapshotSender ──chunks──▶ SnapshotReceiver ──▶ StoreBuilder, in a directory of its own
 *      ▲                  │      ▲ ◀──acks────────────┘   │
 *      └──── Ended ───────┘      4 chunks under way       │ Opened, when the rules ask for it
 *   then the rules send InstallSnapshot ─────────▶ RaftNode: mark into the log, then the store to the applier
 * </pre>
 *
 * Chunks travel on the large-message channel and are read and written on the blocking dispatcher, so that neither a
 * heartbeat nor the applier waits for them.
 */
@NullMarked
package io.actd.snapshot;

import org.jspecify.annotations.NullMarked;
