package io.actd.role;

import io.actd.member.Connections;
import io.actd.member.RaftStatus;
import io.actd.protocol.Refusal;
import io.actd.raft.Membership;
import java.util.HashSet;

/** Why a proposal that the rules took was not applied within T, as far as this member can tell (spec errors.md §6). */
final class Timeouts {
    private final Connections connections;
    private final long self;
    private final long leaderFailureNanos;
    private long leaderKnownNanos;

    /** @param electionTimeoutNanos a leader found within two of these fell into an election */
    Timeouts(Connections connections, long self, long electionTimeoutNanos) {
        this.connections = connections;
        this.self = self;
        this.leaderFailureNanos = 2 * electionTimeoutNanos;
    }

    /** From now on the present leader is known. */
    void leaderKnown(long nowNanos) {
        leaderKnownNanos = nowNanos;
    }

    Refusal of(long askedNanos, long nowNanos, RaftStatus status, Membership membership) {
        if (!status.hasLeader()) return Refusal.TIMEOUT;
        long beforeLeader = leaderKnownNanos - askedNanos;
        if (beforeLeader > 0 && beforeLeader < leaderFailureNanos) return Refusal.TIMEOUT_LEADER_FAIL;
        long age = nowNanos - askedNanos;
        boolean connected = status.isLeader()
                ? connectedToQuorum(age, membership)
                : connections.connectedNanos(status.leader()) >= age;
        return connected ? Refusal.TIMEOUT : Refusal.TIMEOUT_CONNECTION_LOST;
    }

    private boolean connectedToQuorum(long forNanos, Membership membership) {
        var others = new HashSet<>(membership.voters());
        int own = others.remove(self) ? 1 : 0;
        return own + connections.count(others, forNanos) >= membership.quorum();
    }
}
