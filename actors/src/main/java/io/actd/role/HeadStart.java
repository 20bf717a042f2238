package io.actd.role;

import io.actd.member.Connections;
import io.actd.member.RaftStatus;
import io.actd.raft.Membership;
import java.util.SortedSet;
import org.slf4j.Logger;

/**
 * Spares a member that starts among others a part of its first election timeout: once two of them are connected and still
 * nobody leads, there is nothing to wait for. Looked for during the first five seconds (flag
 * {@code --initial-election-tick-advance}).
 */
final class HeadStart {
    /** What is left of the election timeout: a leader that is there gets that many heartbeats to say so. */
    private static final int LEFT_TICKS = 2;

    private static final int NEEDED_PEERS = 2;
    private static final long LOOKING_NANOS = 5_000_000_000L;

    private final Connections connections;
    private final Logger log;
    private final long self;
    private final int advance;
    private int ticksLeft;

    /**
     * @param advance ticks to be spared, 0 for none
     * @param lookingTicks how long it is looked for
     */
    HeadStart(Connections connections, Logger log, long self, int advance, int lookingTicks) {
        this.connections = connections;
        this.log = log;
        this.self = self;
        this.advance = advance;
        this.ticksLeft = advance > 0 ? lookingTicks : 0;
    }

    static HeadStart of(NodeParts parts, Logger log) {
        int advance = parts.headStart() ? Math.max(0, parts.raft().electionTicks() - LEFT_TICKS) : 0;
        int looking = Math.toIntExact(LOOKING_NANOS / parts.tick().toNanos());
        return new HeadStart(parts.connections(), log, parts.raft().self(), advance, looking);
    }

    /** How many ticks are to pass at once now, on top of the one that did; not 0 at most once. */
    int ticks(RaftStatus status, Membership membership) {
        if (ticksLeft == 0) return 0;
        ticksLeft = status.hasLeader() ? 0 : ticksLeft - 1;
        if (status.hasLeader() || connected(membership.voters()) < NEEDED_PEERS) return 0;
        ticksLeft = 0;
        log.atInfo()
                .addKeyValue("local-member-id", Long.toHexString(self))
                .addKeyValue("forward-ticks", advance)
                .log("initialized peer connections; fast-forwarding election ticks");
        return advance;
    }

    private int connected(SortedSet<Long> voters) {
        int connected = 0;
        for (long voter : voters) {
            if (voter != self && connections.isConnected(voter)) connected++;
        }
        return connected;
    }
}
