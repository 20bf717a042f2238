package io.actd.snapshot;

import io.actd.apply.StateMachine;
import io.actd.copy.StoreCopy;
import io.actd.member.SnapshotMetrics;
import io.actd.peer.PeerIdentity;
import io.actd.peer.PeerTransport;
import io.actd.world.Clock;

/** What the senders of one member have in common. */
public record SnapshotSource(
        StateMachine state,
        PeerIdentity self,
        PeerTransport peers,
        Clock clock,
        SnapshotSettings settings,
        SnapshotMetrics metrics) {
    StoreCopy copy() {
        return StoreCopy.of(state, self.clusterId(), settings.chunkBytes());
    }
}
