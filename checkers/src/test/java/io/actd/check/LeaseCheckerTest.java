package io.actd.check;

import static io.actd.check.Examples.answered;
import static io.actd.check.Examples.found;
import static io.actd.check.Examples.get;
import static io.actd.check.Examples.revoke;
import static io.actd.check.Examples.revokedAt;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.actd.check.History.Rule;
import io.actd.check.History.Violation;
import io.actd.check.LeaseStory.Renewal;
import io.actd.protocol.mvcc.Event;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The life of lease 7 of 100 ns, granted at 10; its key is put at revision 2 and deleted, if so, at revision 3. */
class LeaseCheckerTest {
    private static final Event PUT = put("of 7", 2);
    private static final Event DELETE = Examples.deleteEvent("of 7", 3);
    private static final List<Renewal> GRANTED = List.of(new Renewal(10, 12));
    private static final long NEVER = LeaseStory.NEVER;

    private static Event put(String key, long revision) {
        return Examples.putEvent(Examples.pair(key, "", revision, revision, 1).toBuilder()
                .setLease(7)
                .build());
    }

    private static Operation seen(long revision, long nanos) {
        return answered(get("x"), nanos, nanos + 1, found(revision));
    }

    private static LeaseStory story(List<Renewal> renewals, boolean revoked, long refusedNanos) {
        return new LeaseStory(7, "of 7", 100, renewals, revoked, renewals.get(0).returnNanos(), refusedNanos, NEVER);
    }

    private static List<Rule> broken(LeaseStory story, List<Event> log, Operation... operations) {
        return broken(1, story, log, operations);
    }

    private static List<Rule> broken(double fastestClock, LeaseStory story, List<Event> log, Operation... operations) {
        return LeaseChecker.check(new History(List.of(operations), log, List.of()), List.of(story), fastestClock)
                .stream()
                .map(Violation::rule)
                .toList();
    }

    @Test
    void endInTime_isRight() {
        assertEquals(List.of(), broken(story(GRANTED, false, NEVER), List.of(PUT, DELETE), seen(2, 100), seen(3, 115)));
    }

    /** Fault L1: a deposed leader's revocation. */
    @Test
    void endBeforeItsTime_isEarly() {
        assertEquals(
                List.of(Rule.LEASE_NOT_EARLY), broken(story(GRANTED, false, NEVER), List.of(PUT, DELETE), seen(3, 90)));
    }

    @Test
    void endBeforeItsTimeByAClockThatIsFast_isForgivenOnlyIfItMayBe() {
        LeaseStory story = story(GRANTED, false, NEVER);
        assertEquals(List.of(), broken(1.25, story, List.of(PUT, DELETE), seen(3, 95)));
        assertEquals(List.of(Rule.LEASE_NOT_EARLY), broken(1.25, story, List.of(PUT, DELETE), seen(3, 80)));
    }

    /** Fault L2: what a renewal promised holds from when it was asked for. */
    @Test
    void endBeforeTheTimeOfARenewal_isEarly() {
        List<Renewal> renewed = List.of(new Renewal(10, 12), new Renewal(60, 62));
        assertEquals(
                List.of(Rule.LEASE_NOT_EARLY),
                broken(story(renewed, false, NEVER), List.of(PUT, DELETE), seen(3, 120)));
    }

    @Test
    void noSuchLeaseBeforeItsTime_isEarly() {
        assertEquals(List.of(Rule.LEASE_NOT_EARLY), broken(story(GRANTED, false, 50), List.of(), seen(1, 60)));
    }

    @Test
    void revokedBeforeItsTime_isRight() {
        assertEquals(
                List.of(),
                broken(
                        story(GRANTED, true, NEVER),
                        List.of(PUT, DELETE),
                        answered(revoke(7), 40, 42, revokedAt(3)),
                        seen(3, 50)));
    }

    /** Fault L3. */
    @Test
    void renewedAfterItsRevocation_doesNotStayGone() {
        List<Renewal> renewed = List.of(new Renewal(10, 12), new Renewal(60, 62));
        assertEquals(
                List.of(Rule.LEASE_STAYS_GONE),
                broken(story(renewed, true, NEVER), List.of(PUT, DELETE), answered(revoke(7), 40, 42, revokedAt(3))));
    }

    @Test
    void renewedAfterItsEnd_doesNotStayGone() {
        List<Renewal> renewed = List.of(new Renewal(10, 12), new Renewal(160, 162));
        assertEquals(
                List.of(Rule.LEASE_STAYS_GONE),
                broken(story(renewed, false, NEVER), List.of(PUT, DELETE), seen(3, 125)));
    }

    /** Spec L-4. */
    @Test
    void keyStillThere_thoughSomebodyKnowsOfTheEnd_isLeft() {
        List<Event> another = List.of(PUT, put("another", 3), Examples.deleteEvent("of 7", 4));
        assertEquals(List.of(Rule.LEASE_LEAVES_NOTHING), broken(story(GRANTED, false, NEVER), another, seen(4, 130)));
        assertEquals(List.of(Rule.LEASE_LEAVES_NOTHING), broken(story(GRANTED, false, 130), List.of(PUT)));
        assertEquals(List.of(), broken(story(GRANTED, false, NEVER), List.of(PUT)));
    }

    /** Spec P-2. */
    @Test
    void putOnALeaseThatHasEnded_isFound_evenIfItIsGoneInTheEnd() {
        List<Event> log = List.of(PUT, DELETE, put("another", 4), Examples.deleteEvent("another", 5));
        assertEquals(List.of(Rule.LEASE_LEAVES_NOTHING), broken(story(GRANTED, false, NEVER), log, seen(5, 130)));
    }

    @Test
    void keyThatWasPutAgainWithoutTheLease_isNotLeft() {
        List<Event> log = List.of(
                PUT,
                put("another", 3),
                Examples.putEvent(Examples.pair("another", "", 3, 4, 2)),
                Examples.deleteEvent("of 7", 5));
        assertEquals(List.of(), broken(story(GRANTED, false, NEVER), log, seen(5, 130)));
    }
}
