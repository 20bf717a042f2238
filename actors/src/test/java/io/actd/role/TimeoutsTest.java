package io.actd.role;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.actd.member.Connections;
import io.actd.member.ManualClock;
import io.actd.member.RaftStatus;
import io.actd.protocol.Refusal;
import io.actd.raft.Effect.RoleName;
import io.actd.raft.Membership;
import java.time.Duration;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Spec errors.md §6: which of the texts a proposal gets that was not applied in time. Times are seconds. */
class TimeoutsTest {
    private static final long SECOND = 1_000_000_000L;
    private static final Membership THREE = Membership.of(Set.of(1L, 2L, 3L), Set.of());
    private static final RaftStatus FOLLOWING_2 = new RaftStatus(RoleName.FOLLOWER, 2, 5, 0);
    private static final RaftStatus LEADING = new RaftStatus(RoleName.LEADER, 1, 5, 0);
    private static final RaftStatus LOST = new RaftStatus(RoleName.FOLLOWER, 0, 5, 0);

    private final ManualClock clock = new ManualClock();
    private final Connections connections = new Connections(clock, Duration.ofSeconds(2));
    private final Timeouts timeouts = new Timeouts(connections, 1, SECOND);

    private void hearFromTo(long peer, int from, int to) {
        for (int second = from; second <= to; second++) {
            clock.set(Duration.ofSeconds(second));
            connections.heard(peer);
        }
    }

    private Refusal askedAt(long asked, RaftStatus status) {
        return timeouts.of(asked * SECOND, clock.nanoTime(), status, THREE);
    }

    @Test
    void noLeaderKnown_simplyTimesOut() {
        clock.set(Duration.ofSeconds(20));
        assertEquals(Refusal.TIMEOUT, askedAt(10, LOST));
    }

    @Test
    void askedShortlyBeforeTheLeaderWasElected_thePreviousOneFailed() {
        timeouts.leaderKnown(11 * SECOND);
        hearFromTo(2, 0, 20);
        assertEquals(Refusal.TIMEOUT_LEADER_FAIL, askedAt(10, FOLLOWING_2));
        assertEquals(Refusal.TIMEOUT, askedAt(9, FOLLOWING_2));
        assertEquals(Refusal.TIMEOUT, askedAt(12, FOLLOWING_2));
    }

    @Test
    void leaderNotHeardSinceThen_theConnectionWasLost() {
        timeouts.leaderKnown(0);
        hearFromTo(2, 11, 20);
        assertEquals(Refusal.TIMEOUT_CONNECTION_LOST, askedAt(10, FOLLOWING_2));
        assertEquals(Refusal.TIMEOUT, askedAt(12, FOLLOWING_2));
    }

    @Test
    void leaderThatDidNotHearAMajority_lostTheConnection() {
        timeouts.leaderKnown(0);
        hearFromTo(2, 11, 20);
        assertEquals(Refusal.TIMEOUT_CONNECTION_LOST, askedAt(10, LEADING));
        assertEquals(Refusal.TIMEOUT, askedAt(12, LEADING)); // two of three are enough
    }
}
