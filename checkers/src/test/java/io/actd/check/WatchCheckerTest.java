package io.actd.check;

import static io.actd.check.Examples.deleteEvent;
import static io.actd.check.Examples.header;
import static io.actd.check.Examples.heard;
import static io.actd.check.Examples.pair;
import static io.actd.check.Examples.progress;
import static io.actd.check.Examples.putEvent;
import static io.actd.check.Examples.shows;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.actd.check.History.Rule;
import io.actd.check.History.Violation;
import io.actd.check.History.Watch;
import io.actd.protocol.Refusal;
import io.actd.protocol.api.WatchResponse;
import io.actd.protocol.mvcc.Event;
import io.actd.protocol.mvcc.KeyValue;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The promises to a watch, one by one. The log: a is put, b is put, both are deleted at once, a is put again. */
class WatchCheckerTest {
    private static final KeyValue A2 = pair("a", "1", 2, 2, 1);
    private static final KeyValue B3 = pair("b", "2", 3, 3, 1);
    private static final Event PUT_A = putEvent(A2);
    private static final Event PUT_B = putEvent(B3);
    private static final Event DELETE_A = deleteEvent("a", 4);
    private static final Event DELETE_B = deleteEvent("b", 4);
    private static final Event PUT_A_AGAIN = putEvent(pair("a", "3", 5, 5, 1));
    private static final List<Event> LOG = List.of(PUT_A, PUT_B, DELETE_A, DELETE_B, PUT_A_AGAIN);
    private static final WatchResponse CREATED =
            WatchResponse.newBuilder().setCreated(true).build();

    private static List<Rule> broken(long from, WatchResponse... answers) {
        return broken(new Watch(KeyRange.ZERO, KeyRange.ZERO, from, heard(answers)), List.of());
    }

    private static List<Rule> broken(Watch watch, List<Operation> operations) {
        RealTime compactions = RealTime.compactionsCalled(new History(operations, LOG, List.of()));
        return WatchChecker.check(LOG, compactions, watch).stream()
                .map(Violation::rule)
                .toList();
    }

    private static List<Rule> brokenWithPrevious(List<Operation> operations, Event... events) {
        WatchResponse[] answers = Stream.of(events).map(Examples::shows).toArray(WatchResponse[]::new);
        return broken(new Watch(KeyRange.ZERO, KeyRange.ZERO, 2, true, true, true, heard(answers)), operations);
    }

    private static Event before(Event event, KeyValue previous) {
        return event.toBuilder().setPrevKv(previous).build();
    }

    @Test
    void wholeLog_inOrder_isRight() {
        assertEquals(
                List.of(),
                broken(2, CREATED, shows(PUT_A), shows(PUT_B), shows(DELETE_A, DELETE_B), shows(PUT_A_AGAIN)));
    }

    /** Spec W-15: an answer may hold several revisions; it may end anywhere between them. */
    @Test
    void severalRevisionsInOneAnswer_areRight() {
        assertEquals(List.of(), broken(2, CREATED, shows(PUT_A, PUT_B), shows(DELETE_A, DELETE_B)));
    }

    /** Spec W-16: of a watch that catches up the header tells nothing about what is still to come. */
    @Test
    void headerAheadOfTheEvents_isRight() {
        assertEquals(
                List.of(),
                broken(2, shows(PUT_A).toBuilder().setHeader(header(5)).build(), shows(PUT_B)));
    }

    @Test
    void eventBeforeAnEarlierOne_isOutOfOrder() {
        assertEquals(List.of(Rule.WATCH_ORDERED), broken(2, CREATED, shows(PUT_B), shows(PUT_A)));
    }

    /** Fault W1. */
    @Test
    void eventShownAgain_isNotUnique() {
        assertEquals(List.of(Rule.WATCH_UNIQUE), broken(2, CREATED, shows(PUT_A), CREATED, shows(PUT_A)));
    }

    /** Fault W4: never a silent gap. */
    @Test
    void eventLeftOut_isNotReliable() {
        assertEquals(List.of(Rule.WATCH_RELIABLE), broken(2, CREATED, shows(PUT_A), shows(DELETE_A, DELETE_B)));
    }

    /** Faults W5, W6: also not the deletion at the revision it begins with. */
    @Test
    void firstEventFromTheRevisionAskedFor_leftOut_isNotResumable() {
        assertEquals(List.of(Rule.WATCH_RESUMABLE), broken(4, CREATED, shows(PUT_A_AGAIN)));
    }

    /** Fault W13. */
    @Test
    void firstEventBehindTheBreak_leftOut_isNotResumable() {
        assertEquals(
                List.of(Rule.WATCH_RESUMABLE), broken(2, CREATED, shows(PUT_A), CREATED, shows(DELETE_A, DELETE_B)));
    }

    @Test
    void revisionInTwoAnswers_isNotAtomic() {
        assertEquals(List.of(Rule.WATCH_ATOMIC), broken(4, CREATED, shows(DELETE_A), shows(DELETE_B)));
    }

    @Test
    void halfARevision_atTheEnd_isNotAtomic() {
        assertEquals(List.of(Rule.WATCH_ATOMIC), broken(4, CREATED, shows(DELETE_A)));
    }

    @Test
    void eventThatIsNotInTheLog_isNotTrue() {
        assertEquals(List.of(Rule.WATCH_TRUE_EVENTS), broken(2, CREATED, shows(putEvent(pair("a", "9", 2, 2, 1)))));
    }

    /** Fault W7. */
    @Test
    void eventThatWasFilteredOut_isNotTrue() {
        Watch puts = new Watch(
                KeyRange.ZERO,
                KeyRange.ZERO,
                3,
                true,
                false,
                false,
                heard(CREATED, shows(PUT_B), shows(DELETE_A, DELETE_B)));
        assertEquals(List.of(Rule.WATCH_TRUE_EVENTS), broken(puts, List.of()));
    }

    @Test
    void eventOutOfTheRange_isNotTrue() {
        Watch watch = new Watch(Examples.utf8("b"), Examples.utf8(""), 2, heard(shows(PUT_A)));
        assertEquals(List.of(Rule.WATCH_TRUE_EVENTS), broken(watch, List.of()));
    }

    /** Faults W2, W3. */
    @Test
    void progressBeforeAnEventItVouchesFor_isNotTrue() {
        assertEquals(List.of(), broken(2, CREATED, shows(PUT_A), progress(2), shows(PUT_B)));
        assertEquals(List.of(Rule.WATCH_TRUE_PROGRESS), broken(2, CREATED, shows(PUT_A), progress(3), shows(PUT_B)));
    }

    /** Spec W-12. */
    @Test
    void previousPair_isTheOneBefore() {
        assertEquals(List.of(), brokenWithPrevious(List.of(), PUT_A, PUT_B));
        assertEquals(
                Rule.WATCH_TRUE_PREVIOUS,
                brokenWithPrevious(List.of(), PUT_A, PUT_B, before(DELETE_A, B3))
                        .get(0));
        assertEquals(List.of(Rule.WATCH_TRUE_PREVIOUS), brokenWithPrevious(List.of(), before(PUT_A, B3)));
        assertEquals(
                Rule.WATCH_TRUE_PREVIOUS,
                brokenWithPrevious(List.of(), PUT_A, PUT_B, DELETE_A).get(0));
    }

    /** At the compacted revision itself everything is still there (spec C-4). */
    @Test
    void previousPairThatIsCompacted_mayBeMissing() {
        WatchResponse both = shows(DELETE_A, before(DELETE_B, B3));
        Watch watch = new Watch(KeyRange.ZERO, KeyRange.ZERO, 4, true, true, true, heard(both));
        assertEquals(List.of(), broken(watch, List.of(compactedTo(4, 0))));
        assertEquals(List.of(Rule.WATCH_TRUE_PREVIOUS), broken(watch, List.of(compactedTo(3, 0))));
        assertEquals(List.of(Rule.WATCH_TRUE_PREVIOUS), broken(watch, List.of()));
    }

    @Test
    void previousPairThatIsCompactedLaterOrNot_mayNotBeMissing() {
        Watch watch = new Watch(KeyRange.ZERO, KeyRange.ZERO, 4, true, true, true, heard(shows(DELETE_A, DELETE_B)));
        assertEquals(
                Rule.WATCH_TRUE_PREVIOUS,
                broken(watch, List.of(compactedTo(5, 1))).get(0));
        Operation refused = Examples.refused(Examples.compaction(5), 0, 1, Refusal.FUTURE_REVISION);
        assertEquals(Rule.WATCH_TRUE_PREVIOUS, broken(watch, List.of(refused)).get(0));
    }

    /** Fault W4, spec W-25. */
    @Test
    void overtakenWatch_isCancelled_forACompactionThatWasAskedFor() {
        Watch watch = new Watch(KeyRange.ZERO, KeyRange.ZERO, 2, heard(CREATED, shows(PUT_A), overtaken(4)));
        assertEquals(List.of(), broken(watch, List.of(compactedTo(4, 2))));
        assertEquals(List.of(Rule.TRUE_COMPACTION), broken(watch, List.of(compactedTo(3, 2))));
        assertEquals(List.of(Rule.TRUE_COMPACTION), broken(watch, List.of(compactedTo(4, 3))));
    }

    @Test
    void watchThatNeedsNothingThatIsCompacted_goesOn() {
        List<Operation> compacted = List.of(compactedTo(4, 0));
        Watch behindEvents = new Watch(KeyRange.ZERO, KeyRange.ZERO, 2, heard(shows(PUT_A, PUT_B), overtaken(4)));
        assertEquals(List.of(Rule.WATCH_GOES_ON), broken(behindEvents, compacted));
        Watch behindProgress = new Watch(
                KeyRange.ZERO, KeyRange.ZERO, 2, heard(CREATED, shows(PUT_A, PUT_B), progress(3), overtaken(4)));
        assertEquals(List.of(Rule.WATCH_GOES_ON), broken(behindProgress, compacted));
        Watch fromThere = new Watch(KeyRange.ZERO, KeyRange.ZERO, 4, heard(CREATED, overtaken(4)));
        assertEquals(List.of(Rule.WATCH_GOES_ON), broken(fromThere, compacted));
    }

    private static Operation compactedTo(long revision, long call) {
        return Examples.answered(Examples.compaction(revision), call, call + 1, Examples.compactedAt(5));
    }

    private static WatchResponse overtaken(long compacted) {
        return WatchResponse.newBuilder()
                .setCanceled(true)
                .setCompactRevision(compacted)
                .build();
    }

    @Test
    void previousPairNobodyAskedFor_isWrong() {
        assertEquals(List.of(Rule.WATCH_TRUE_PREVIOUS), broken(4, shows(before(DELETE_A, A2), DELETE_B)));
    }
}
