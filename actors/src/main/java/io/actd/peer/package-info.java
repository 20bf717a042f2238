/**
 * The way to other members: what they tell each other ({@link io.actd.peer.PeerMessage}), the door outward
 * ({@link io.actd.peer.PeerTransport}), the ear inward ({@link io.actd.peer.PeerListener}), and the network between
 * ({@link io.actd.peer.PeerNetwork}), of which Artery is the one for real processes.
 *
 * <pre>
 *   RaftNode, SnapshotSender, …                                        RaftNode, SnapshotReceiver, …
 *        │ PeerMessage                                                        ▲ PeerMessage
 *   ArteryTransport ── Envelopes: cut what is too long                   PeerListener
 *        │ Packet                                                             │
 *        │                         ordinary connection                        │
 *        ├── Layout ─────────────────────────────────────── Reading ──▶ /user/peers      PeerInbox
 *        └── Layout ─────────────────────────────────────── Reading ──▶ /user/snapshots  PeerInbox
 *                                  large-message connection                   refuses what is foreign or damaged,
 *                                                                             puts pieces together
 *   LossWatch ◀── dead letters: counted, told as lost
 *   ClusterView ◀── Pekko Cluster: who is reachable, a hint
 * </pre>
 *
 * <p>At most once, in order per peer and connection. Nothing here decides about quorums, and a peer is found by the URLs of
 * the applied membership alone.
 */
@NullMarked
package io.actd.peer;

import org.jspecify.annotations.NullMarked;
