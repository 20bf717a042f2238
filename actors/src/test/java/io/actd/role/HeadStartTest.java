package io.actd.role;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.actd.member.Connections;
import io.actd.member.RaftStatus;
import io.actd.raft.Effect.RoleName;
import io.actd.raft.Membership;
import io.actd.world.Clock;
import java.time.Duration;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

/** Ten ticks an election timeout, of which eight are spared (spec operations.md §2.1, initial-election-tick-advance). */
class HeadStartTest {
    private static final Membership THREE = Membership.of(Set.of(1L, 2L, 3L), Set.of());
    private static final RaftStatus NO_LEADER = new RaftStatus(RoleName.FOLLOWER, 0, 5, 0);
    private static final RaftStatus FOLLOWING_2 = new RaftStatus(RoleName.FOLLOWER, 2, 5, 0);

    private final Connections connections = new Connections(Clock.system(), Duration.ofHours(1));
    private final HeadStart headStart = headStart(8);

    private HeadStart headStart(int advance) {
        return new HeadStart(connections, LoggerFactory.getLogger(HeadStartTest.class), 1, advance, 50);
    }

    private void hear(long... peers) {
        for (long peer : peers) connections.heard(peer);
    }

    @Test
    void twoPeersAndNoLeader_spareMostOfTheTimeout_once() {
        assertEquals(0, headStart.ticks(NO_LEADER, THREE));
        hear(2);
        assertEquals(0, headStart.ticks(NO_LEADER, THREE));
        hear(3);
        assertEquals(8, headStart.ticks(NO_LEADER, THREE));
        assertEquals(0, headStart.ticks(NO_LEADER, THREE));
    }

    @Test
    void leaderIsThere_nothingIsSpared_thenOrLater() {
        hear(2, 3);
        assertEquals(0, headStart.ticks(FOLLOWING_2, THREE));
        assertEquals(0, headStart.ticks(NO_LEADER, THREE));
    }

    @Test
    void peersComeTooLate_nothingIsSpared() {
        for (int i = 0; i < 50; i++) assertEquals(0, headStart.ticks(NO_LEADER, THREE));
        hear(2, 3);
        assertEquals(0, headStart.ticks(NO_LEADER, THREE));
    }

    @Test
    void peersThatHaveNoVote_doNotCount() {
        hear(2, 9);
        assertEquals(0, headStart.ticks(NO_LEADER, Membership.of(Set.of(1L, 2L, 3L), Set.of(9L))));
    }

    @Test
    void switchedOff_nothingIsSpared() {
        var off = headStart(0);
        hear(2, 3);
        assertEquals(0, off.ticks(NO_LEADER, THREE));
    }
}
