package io.actd.role;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.actd.member.ManualClock;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** Ticks of 100 ms. */
class PaceTest {
    private final ManualClock clock = new ManualClock();
    private final Pace pace = new Pace(clock, Duration.ofMillis(100));

    @Test
    void everyTickCounts_alsoOneThatIsLateAndTheOneAfterIt() {
        assertEquals(5, counted(0, 100, 260, 300, 400));
    }

    @Test
    void ticksHeldUpByAStall_countOnce() {
        assertEquals(3, counted(100, 3_000, 3_000, 3_000, 3_001, 3_100));
    }

    private int counted(long... ticksAtMillis) {
        int counted = 0;
        for (long at : ticksAtMillis) {
            clock.set(Duration.ofMillis(at));
            if (pace.counts()) counted++;
        }
        return counted;
    }
}
