package io.actd.simulation.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.actd.simulation.client.HeldLease.Limits;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What the holder of a lease is told, true or with one lie in it. */
class HeldLeaseTest {
    private static final long SECOND = 1_000_000_000L;
    private static final long MOST_ON_THE_WAY = 200_000_000L;
    private static final Limits LIMITS = new Limits(1.1, 0.9, SECOND, SECOND);
    private static final int SEEDS = 250;
    private static final int HALF = 20;
    /** Two records, a tick, and a moment later than the answer, and rounded up twice; then a new leader adds a second. */
    private static final int MOST_RECORDED = HALF + 6;

    /** A lie, and the promise it breaks. */
    private enum Lie {
        RENEWED_AFTER_ITS_END("LEASE_STAYS_GONE"),
        ALIVE_AFTER_ITS_END("LEASE_STAYS_GONE"),
        GONE_TOO_EARLY("LEASE_NOT_EARLY"),
        ALIVE_TOO_LATE("LEASE_NOT_LATE"),
        MORE_LEFT_THAN_GRANTED("LEASE_TRUE_TTL"),
        LESS_LEFT_THAN_PROMISED("LEASE_TRUE_TTL"),
        MORE_LEFT_THAN_RECORDED("LEASE_NEVER_GROWS"),
        AS_MUCH_LEFT_AS_BEFORE("LEASE_NEVER_GROWS"),
        ALIVE_LONGER_THAN_RECORDED("LEASE_NOT_LATE");

        private final String rule;

        Lie(String rule) {
            this.rule = rule;
        }
    }

    /** One lease at a member whose clock is as wrong as it may be; renewed a few times, then left alone. */
    private static final class Story {
        final SplittableRandom random;
        final long ttlSeconds;
        final double clock;
        final HeldLease lease;
        final List<String> wrong = new ArrayList<>();
        long renewed; // when the member did it
        long promised; // when that was asked for
        long now;

        Story(long seed) {
            random = new SplittableRandom(seed);
            ttlSeconds = 2 + random.nextInt(8);
            clock = 0.9 + random.nextDouble(0.2);
            long call = random.nextLong(SECOND);
            lease = new HeldLease(7, "key", ttlSeconds, LIMITS, call, goOn(call));
            for (int left = random.nextInt(5); left > 0; left--) {
                now += random.nextLong(lease.ttlNanos() / 2);
                if (random.nextBoolean()) look();
                note(lease.renewed(now, goOn(now)));
            }
            while (now < end()) {
                look();
                now += random.nextLong(SECOND);
            }
        }

        /** The member is asked, and answers. */
        private long goOn(long call) {
            promised = call;
            renewed = call + random.nextLong(MOST_ON_THE_WAY);
            now = renewed + random.nextLong(MOST_ON_THE_WAY);
            return now;
        }

        long end() {
            return renewed + (long) (lease.ttlNanos() / clock);
        }

        private void look() {
            long asked = now;
            if (asked >= end()) return;
            note(lease.seenAlive(asked, 0));
            long left = lease.ttlNanos() - (long) ((asked - renewed) * clock);
            note(lease.remaining(left / SECOND, asked, asked + random.nextLong(MOST_ON_THE_WAY), 0));
        }

        void note(String what) {
            if (!what.isEmpty()) wrong.add(what.substring(0, what.indexOf(' ')));
        }

        /** Longer than any lease of this length may live. */
        long longest() {
            return (long) ((lease.ttlNanos() + 2 * SECOND) / LIMITS.slowestClock());
        }

        /** Another lease, of which a leader that has settled says now that the half is left. */
        HeldLease halfGone() {
            var other = new HeldLease(8, "other", 2 * HALF, LIMITS, now, now);
            now += HALF * SECOND;
            note(other.remaining(HALF, now, now, 0));
            return other;
        }

        void tell(Lie lie) {
            long little = 1 + random.nextLong(SECOND / 2);
            switch (lie) {
                case RENEWED_AFTER_ITS_END -> {
                    note(lease.seenGone(now + MOST_ON_THE_WAY));
                    note(lease.renewed(now + MOST_ON_THE_WAY + little, now + SECOND));
                }
                case ALIVE_AFTER_ITS_END -> {
                    note(lease.seenGone(now + MOST_ON_THE_WAY));
                    note(lease.seenAlive(now + MOST_ON_THE_WAY + little, 0));
                }
                case GONE_TOO_EARLY ->
                    note(lease.seenGone(promised + (long) (lease.ttlNanos() / LIMITS.fastestClock()) - little));
                case ALIVE_TOO_LATE -> note(lease.seenAlive(renewed + MOST_ON_THE_WAY + longest() + little, 0));
                case MORE_LEFT_THAN_GRANTED -> note(lease.remaining(ttlSeconds + 2 + random.nextInt(5), now, now, 0));
                case LESS_LEFT_THAN_PROMISED -> {
                    long at = promised + random.nextLong(lease.ttlNanos() / 4);
                    double least = lease.ttlNanos() - (at - promised) * LIMITS.fastestClock();
                    note(lease.remaining((long) (least / SECOND) - 1, at, at, 0));
                }
                case MORE_LEFT_THAN_RECORDED -> {
                    var half = halfGone();
                    note(half.remaining(MOST_RECORDED + 1 + random.nextInt(5), now + little, now + SECOND, now));
                }
                case AS_MUCH_LEFT_AS_BEFORE -> {
                    var half = halfGone();
                    note(half.remaining(HALF, now + 3 * SECOND + little, now + 4 * SECOND, 0));
                }
                case ALIVE_LONGER_THAN_RECORDED -> {
                    var half = halfGone();
                    long longest = (long) ((MOST_RECORDED + 1) * SECOND / LIMITS.slowestClock());
                    note(half.seenAlive(now + longest + little, now));
                }
            }
        }
    }

    @Test
    void truth_isAccepted() {
        for (long seed = 0; seed < SEEDS * Lie.values().length; seed++) {
            var story = new Story(seed);
            story.note(story.lease.seenGone(Math.max(story.now, story.end())));
            assertEquals(List.of(), story.wrong, "seed " + seed);
        }
    }

    @ParameterizedTest
    @EnumSource
    void lie_isCaughtByTheNameOfItsPromise(Lie lie) {
        for (long seed = 0; seed < SEEDS; seed++) {
            var story = new Story(seed);
            story.tell(lie);
            assertEquals(List.of(lie.rule), story.wrong, lie + " of seed " + seed);
        }
    }

    /** Spec L-6, L-7: nobody knows how long before the answer its life was recorded. */
    @Test
    void recordedLife_mayBeGivenAgain_byOneLeaderAfterTheOther() {
        var story = new Story(1);
        var half = story.halfGone();
        long later = story.now + HALF * SECOND;
        story.note(half.remaining(MOST_RECORDED, later, later, later));
        story.note(half.remaining(MOST_RECORDED, 2 * later, 2 * later, 2 * later));
        assertEquals(List.of(), story.wrong);
    }

    /** A keep-alive without an answer may have renewed it, then or later. */
    @Test
    void renewalThatMayHaveCome_mayHaveGivenItItsWholeLifeAgain() {
        var story = new Story(1);
        var half = story.halfGone();
        half.tried(story.now + 7 * SECOND);
        story.note(half.remaining(2 * HALF, story.now + 7 * SECOND, story.now + 8 * SECOND, 0));
        assertEquals(List.of(), story.wrong);
    }

    /** Its holder asked for its end: then it may be gone any time, and nobody can say how much is left. */
    @Test
    void revokedLease_mayBeGoneAtOnce() {
        var story = new Story(1);
        story.lease.revoke();
        story.note(story.lease.remaining(0, story.promised, story.promised, 0));
        story.note(story.lease.seenGone(story.promised + 1));
        assertEquals(List.of(), story.wrong);
        assertTrue(story.lease.isGone());
    }
}
