package io.actd.member;

import io.actd.peer.PeerNetwork;
import io.actd.world.World;

/**
 * What a member is built on.
 *
 * @param network the way to the other members
 */
public record MemberParts(World world, Storage storage, PeerNetwork network, MemberMetrics metrics) {
    /** A member that is alone, with files as a process keeps them. */
    public static MemberParts alone(World world, MemberMetrics metrics) {
        return new MemberParts(world, Storage.DEFAULT, PeerNetwork.NONE, metrics);
    }
}
