package io.actd.role;

import io.actd.apply.MemberTable;
import io.actd.member.Connections;
import io.actd.member.RaftStatus;
import io.actd.peer.PeerMessage;
import io.actd.peer.PeerTransport;
import io.actd.protocol.ServerVersion;
import io.actd.raft.Membership;
import io.actd.raft.RaftConfig;
import java.util.List;
import java.util.SortedSet;

/**
 * Lets the other members know that this one is there, twice an election timeout. A leader's heartbeats and their answers
 * say so already; followers would else never hear of each other, and could not judge who is healthy (spec OP-55). To the
 * leader they say which version they are (spec OP-53), and to all where they are. A leader says that to those it does not
 * hear: who was away while it joined knows of it by nothing else.
 */
final class Presence {
    private final PeerTransport peers;
    private final Connections connections;
    private final MemberTable members;
    private final long self;
    private final ServerVersion version;
    private final int periodTicks;
    private int ticks;

    static Presence of(NodeParts parts) {
        return new Presence(parts, parts.raft());
    }

    private Presence(NodeParts parts, RaftConfig rules) {
        this.peers = parts.peers();
        this.connections = parts.connections();
        this.members = parts.state().members();
        this.self = rules.self();
        this.version = parts.version();
        this.periodTicks = Math.max(1, rules.electionTicks() / 2);
        // The first word comes at once: others may be waiting for it.
        this.ticks = periodTicks - 1;
    }

    void tick(RaftStatus status, Membership membership) {
        if (++ticks < periodTicks) return;
        ticks = 0;
        var own = members.find(self);
        List<String> urls = own == null ? List.of() : own.getPeerURLsList();
        tell(membership.voters(), status.isLeader(), urls);
        tell(membership.learners(), status.isLeader(), urls);
    }

    private void tell(SortedSet<Long> others, boolean onlySilent, List<String> urls) {
        for (long other : others) {
            if (other == self || (onlySilent && connections.isConnected(other))) continue;
            peers.send(new PeerMessage.Alive(self, other, version, urls));
        }
    }
}
