package io.actd.role;

import io.actd.world.Clock;
import java.time.Duration;

/**
 * Which ticks count. Those that became due during a stall arrive all at once, and before the messages that came meanwhile:
 * one of them counts, or the stall of this member would be taken for a silence of the leader.
 */
final class Pace {
    private final Clock clock;
    private final long shortestNanos;
    private long lastNanos;

    /** @param tick between two of them; what comes within a quarter of it after another does not count */
    Pace(Clock clock, Duration tick) {
        this.clock = clock;
        this.shortestNanos = tick.toNanos() / 4;
        this.lastNanos = clock.nanoTime() - shortestNanos;
    }

    /** A tick arrived: does it count? */
    boolean counts() {
        long now = clock.nanoTime();
        if (now - lastNanos < shortestNanos) return false;
        lastNanos = now;
        return true;
    }
}
