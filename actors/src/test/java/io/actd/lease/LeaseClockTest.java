package io.actd.lease;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.actd.apply.LeaseBook.LeaseInfo;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The clock by itself, against the plainest possible model and at size. */
class LeaseClockTest {
    private static final long CHECKPOINT_MILLIS = 300_000;

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5})
    void randomLives_expireExactlyWhenTheModelSays(long seed) {
        var random = new SplittableRandom(seed);
        var clock = new LeaseClock(CHECKPOINT_MILLIS);
        var ends = new HashMap<Long, Long>();
        long now = 0;
        for (int step = 0; step < 5000; step++) {
            long id = random.nextInt(50);
            switch (random.nextInt(4)) {
                case 0 -> {
                    long ttl = 1L + random.nextInt(20);
                    clock.grant(id, ttl, now);
                    ends.put(id, now + 1 + ttl * 1000);
                }
                case 1 -> {
                    clock.remove(id);
                    ends.remove(id);
                }
                case 2 -> {
                    var lease = clock.find(id);
                    if (lease == null || lease.isExpired(now)) continue;
                    clock.renew(lease, now);
                    ends.put(id, now + 1 + lease.ttlSeconds * 1000);
                }
                default -> now += random.nextInt(2000);
            }
            long at = now;
            var due = new ArrayList<Long>();
            ends.forEach((lease, end) -> {
                if (end <= at) due.add(lease);
            });
            var taken = clock.takeExpired(now, Integer.MAX_VALUE);
            assertEquals(
                    due.stream().sorted().toList(),
                    taken.stream().map(l -> l.id).sorted().toList());
            for (var lease : taken) {
                clock.remove(lease.id);
                ends.remove(lease.id);
            }
            assertEquals(ends.size(), clock.size());
        }
    }

    @Test
    void fewLeases_areNotSpread() { // spec L-6
        var infos = LongStream.range(0, 999)
                .mapToObj(id -> new LeaseInfo(id, 10, 0))
                .toList();
        var clock = LeaseClock.promoted(infos, 0, 1000, CHECKPOINT_MILLIS);
        assertEquals(999, clock.takeExpired(11_001, 10_000).size());
    }

    @Test
    void manyLeases_areSpreadAfterAPromotion_noneEarly() { // spec L-6, faults L9
        int count = 100_000;
        var infos = LongStream.range(0, count)
                .mapToObj(id -> new LeaseInfo(id, 10, 0))
                .toList();
        var clock = LeaseClock.promoted(infos, 0, 1000, CHECKPOINT_MILLIS);
        assertEquals(0, clock.takeExpired(11_000, count).size());
        long now = 11_000;
        for (int expired = 0; expired < count; ) {
            now += 1000;
            int second = clock.takeExpired(now, count).size();
            assertTrue(second <= 752, second + " in one second");
            expired += second;
        }
        assertTrue(now <= 11_000 + (count / 750 + 2) * 1000, "too late: " + now);
    }

    @Test
    void grantsAndRevocations_leaveNothing() { // faults L6
        var clock = new LeaseClock(CHECKPOINT_MILLIS);
        for (long id = 0; id < 200_000; id++) {
            clock.grant(id, 9_000_000_000L, id);
            if (id >= 10) clock.remove(id - 10);
        }
        assertEquals(10, clock.size());
        long later = 1_000_000;
        assertEquals(10, clock.takeCheckpoints(later, 1000).size());
        assertEquals(10, clock.takeExpired(Long.MAX_VALUE, 1000).size());
    }

    @Test
    void lifeDoesNotGrow_whenLeadersChangeOftenerThanItRunsOut() { // spec L-6, L-7
        long now = 0;
        long recorded = 0;
        for (int term = 0; term < 10; term++) {
            var clock = LeaseClock.promoted(List.of(new LeaseInfo(1, 3, recorded)), now, 1000, 500);
            assertEquals(List.of(), clock.takeExpired(now + 3000, 10));
            assertEquals(1, clock.takeExpired(now + 4001, 10).size());
            var again = LeaseClock.promoted(List.of(new LeaseInfo(1, 3, recorded)), now, 1000, 500);
            recorded = again.takeCheckpoints(now + 500, 10).getFirst().checkpointSeconds;
            now += 600;
        }
    }

    @Test
    void recordedLife_doesNotGrowByWhatAPromotionPutOnTop() { // spec L-6, L-7, faults L2
        var clock = LeaseClock.promoted(List.of(new LeaseInfo(1, 60, 10)), 0, 1000, 500);
        assertEquals(10, clock.takeCheckpoints(500, 10).getFirst().checkpointSeconds);
        assertEquals(10, clock.takeCheckpoints(1001, 10).getFirst().checkpointSeconds);
        assertEquals(9, clock.takeCheckpoints(2001, 10).getFirst().checkpointSeconds);
    }

    @Test
    void recordedLife_isTheWholeOneAgain_afterARenewal() { // spec L-7
        var clock = LeaseClock.promoted(List.of(new LeaseInfo(1, 60, 10)), 0, 1000, 500);
        var lease = clock.find(1);
        assertNotNull(lease);
        clock.renew(lease, 100);
        assertEquals(60, clock.takeCheckpoints(600, 10).getFirst().checkpointSeconds);
    }

    @Test
    void keepAlives_keepTheirPlaceUntilItComesUp() {
        var clock = new LeaseClock(CHECKPOINT_MILLIS);
        clock.grant(1, 10, 0);
        var lease = clock.find(1);
        for (long now = 0; now < 100_000 && lease != null; now += 10) {
            assertEquals(0, clock.takeExpired(now, 10).size());
            clock.renew(lease, now);
        }
        assertEquals(1, clock.takeExpired(200_000, 10).size());
    }
}
