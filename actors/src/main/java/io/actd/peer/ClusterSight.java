package io.actd.peer;

import java.util.List;

/**
 * What Pekko Cluster says about the other members: a hint for people, health pages and metrics, and never a vote.
 *
 * @param joined this member takes part in the Pekko cluster
 * @param peers the other members, in the order of their ids as unsigned numbers
 */
public record ClusterSight(boolean joined, List<Peer> peers) {
    /** Before anything is known. */
    public static final ClusterSight NONE = new ClusterSight(false, List.of());

    public ClusterSight {
        peers = List.copyOf(peers);
    }

    /**
     * One other member.
     *
     * @param address its actor system's
     * @param state Pekko's name of its state, {@code Absent} if the cluster does not know it
     * @param reachable it is part of the cluster, and nobody fails to reach it
     */
    public record Peer(long memberId, String address, String state, boolean reachable) {}

    /** Whether that member is seen and reachable. */
    public boolean reaches(long memberId) {
        for (var peer : peers) if (peer.memberId() == memberId) return peer.reachable();
        return false;
    }
}
