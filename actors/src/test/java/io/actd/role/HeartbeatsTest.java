package io.actd.role;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.actd.member.ManualClock;
import io.actd.member.MemberMetrics;
import io.actd.raft.Message;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

/** Heartbeats every 100 ms, an election timeout of a second (spec OP-105; operations.md §8.1, §8.3). */
class HeartbeatsTest {
    private final List<String> reported = new ArrayList<>();
    private final ManualClock clock = new ManualClock();
    private final MemberMetrics metrics = new MemberMetrics() {
        @Override
        public void roundTrip(long peer, long nanos) {
            reported.add(peer + " in " + nanos / 1_000_000);
        }

        @Override
        public void heartbeatLate() {
            reported.add("late");
        }
    };
    private final Heartbeats heartbeats = new Heartbeats(
            metrics,
            clock,
            LoggerFactory.getLogger(HeartbeatsTest.class),
            Duration.ofMillis(100),
            Duration.ofSeconds(1));

    private void sentTo(long peer, long at) {
        clock.set(Duration.ofMillis(at));
        heartbeats.sent(new Message.Heartbeat(1, peer, 5, 0, 0));
    }

    private void answeredBy(long peer, long at) {
        clock.set(Duration.ofMillis(at));
        heartbeats.answered(new Message.HeartbeatReply(peer, 1, 5, 0));
    }

    @Test
    void answer_givesTheRoundTripOfItsPeer() {
        sentTo(2, 0);
        sentTo(3, 0);
        answeredBy(3, 4);
        answeredBy(2, 7);
        assertEquals(List.of("3 in 4", "2 in 7"), reported);
    }

    @Test
    void answerSlowerThanTheNextHeartbeat_isTimedInFull() {
        sentTo(2, 0);
        sentTo(2, 100);
        answeredBy(2, 150);
        answeredBy(2, 250); // of the second, which was not timed
        sentTo(2, 300);
        answeredBy(2, 301);
        assertEquals(List.of("2 in 150", "2 in 1"), reported);
    }

    @Test
    void lostHeartbeat_isNotASlowOne() {
        for (int at = 0; at <= 1100; at += 100) sentTo(2, at);
        answeredBy(2, 1105);
        assertEquals(List.of("2 in 5"), reported);
    }

    @Test
    void heartbeatLaterThanTwoIntervals_isCounted() { // spec OP-105
        sentTo(2, 0);
        sentTo(2, 200);
        sentTo(2, 401);
        assertEquals(List.of("late"), reported);
    }

    @Test
    void whoLeadsNoLonger_owesNothing() {
        sentTo(2, 0);
        heartbeats.stop();
        sentTo(2, 5000);
        assertEquals(List.of(), reported);
    }
}
