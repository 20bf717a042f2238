package io.actd.member;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import org.junit.jupiter.api.Test;

/** Silence of more than two seconds is a break. */
class ConnectionsTest {
    private static final long SECOND = 1_000_000_000L;

    private final ManualClock clock = new ManualClock();
    private final Connections connections = new Connections(clock, Duration.ofSeconds(2));

    private void heardAt(long... times) {
        for (long at : times) {
            clock.set(Duration.ofSeconds(at));
            connections.heard(2);
        }
    }

    @Test
    void connectedSince_isTheEndOfTheLastSilence() { // spec OP-55
        heardAt(0, 2, 10, 12);
        assertTrue(connections.isConnected(2));
        assertEquals(2 * SECOND, connections.connectedNanos(2));
    }

    @Test
    void whoSaidGoodbye_isGoneAtOnce_andBackWhenHeard() { // spec OP-62
        heardAt(0, 1);
        connections.left(2);
        assertFalse(connections.isConnected(2));
        assertEquals(1, connections.breaks(2));
        heardAt(2);
        assertTrue(connections.isConnected(2));
        assertEquals(0, connections.connectedNanos(2));
        assertEquals(1, connections.breaks(2));
    }

    @Test
    void breaks_areCountedOnce_whileTheyLastAndAfterwards() { // spec operations.md §8.3
        assertEquals(0, connections.breaks(2));
        heardAt(0, 2);
        assertEquals(0, connections.breaks(2));
        clock.set(Duration.ofSeconds(5));
        assertFalse(connections.isConnected(2));
        assertEquals(1, connections.breaks(2));
        heardAt(6, 7);
        assertEquals(1, connections.breaks(2));
        heardAt(20);
        assertEquals(2, connections.breaks(2));
    }
}
