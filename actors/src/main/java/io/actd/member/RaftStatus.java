package io.actd.member;

import io.actd.raft.Effect.RoleName;

/**
 * What a member believes of its group at one moment.
 *
 * @param role its own
 * @param leader 0 if none is known
 * @param term current term
 * @param commitIndex highest index known committed
 */
public record RaftStatus(RoleName role, long leader, long term, long commitIndex) {
    public static final RaftStatus STARTING = new RaftStatus(RoleName.FOLLOWER, 0, 0, 0);

    public boolean isLeader() {
        return role == RoleName.LEADER;
    }

    public boolean hasLeader() {
        return leader != 0;
    }
}
