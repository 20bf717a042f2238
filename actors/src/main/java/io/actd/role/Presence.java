package io.actd.role;

import io.actd.member.RaftStatus;
import io.actd.peer.PeerMessage;
import io.actd.peer.PeerTransport;
import io.actd.protocol.ServerVersion;
import io.actd.raft.Membership;
import io.actd.raft.RaftConfig;
import java.util.SortedSet;

/**
 * Lets the other members know that this one is there, twice an election timeout. A leader's heartbeats and their answers
 * say so already; followers would else never hear of each other, and could not judge who is healthy (spec OP-55). To the
 * leader they say which version they are (spec OP-53).
 */
final class Presence {
    private final PeerTransport peers;
    private final long self;
    private final ServerVersion version;
    private final int periodTicks;
    private int ticks;

    Presence(PeerTransport peers, RaftConfig rules, ServerVersion version) {
        this.version = version;
        this.peers = peers;
        this.self = rules.self();
        this.periodTicks = Math.max(1, rules.electionTicks() / 2);
        // The first word comes at once: others may be waiting for it.
        this.ticks = periodTicks - 1;
    }

    void tick(RaftStatus status, Membership membership) {
        if (++ticks < periodTicks) return;
        ticks = 0;
        if (status.isLeader()) return;
        tell(membership.voters());
        tell(membership.learners());
    }

    private void tell(SortedSet<Long> members) {
        for (long member : members) {
            if (member != self) peers.send(new PeerMessage.Alive(self, member, version));
        }
    }
}
