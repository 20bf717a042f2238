package io.actd.raft;

/**
 * Constants of one member's rules.
 *
 * @param self own member id, not 0
 * @param electionTicks base election timeout in ticks; the actual one is drawn from [electionTicks, 1.7 × electionTicks)
 * @param heartbeatTicks ticks between heartbeats
 * @param preVote ask before campaigning (thesis §9.6)
 * @param checkQuorum a leader that hears from no majority for an election timeout steps down (thesis §6.2)
 * @param maxInflightMessages appends under way per peer
 * @param maxInflightBytes payload bytes under way per peer
 * @param maxMessageBytes payload bytes of one append message, but at least one entry
 * @param maxUncommittedBytes payload bytes a leader accepts beyond the commit index
 */
public record RaftConfig(
        long self,
        int electionTicks,
        int heartbeatTicks,
        boolean preVote,
        boolean checkQuorum,
        int maxInflightMessages,
        long maxInflightBytes,
        int maxMessageBytes,
        long maxUncommittedBytes) {
    public RaftConfig {
        if (self == 0) throw new IllegalArgumentException("member id must not be 0");
        if (heartbeatTicks < 1) throw new IllegalArgumentException("heartbeatTicks must be >= 1");
        if (electionTicks <= heartbeatTicks)
            throw new IllegalArgumentException("electionTicks must exceed heartbeatTicks");
    }

    /** The defaults of etcd: election 10 ticks, heartbeat 1 tick, pre-vote and check-quorum on. */
    public static RaftConfig of(long self) {
        return new RaftConfig(self, 10, 1, true, true, 512, 8 << 20, 1 << 20, 1L << 28);
    }
}
