package io.actd.check;

import static io.actd.check.Examples.answered;
import static io.actd.check.Examples.found;
import static io.actd.check.Examples.get;
import static io.actd.check.Examples.pair;
import static io.actd.check.Examples.put;
import static io.actd.check.Examples.putAt;
import static io.actd.check.Examples.putEvent;
import static io.actd.check.Examples.unknown;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.actd.protocol.mvcc.Event;
import java.util.List;
import org.junit.jupiter.api.Test;

class WindowSearchTest {
    private static final Event FIRST = putEvent(pair("k", "a", 2, 2, 1));
    private static final Event SECOND = putEvent(pair("k", "b", 2, 3, 2));

    private static WindowSearch.Result search(List<Event> log, Operation... operations) {
        return WindowSearch.check(new History(List.of(operations), log, List.of()), 1);
    }

    @Test
    void windowsBeginWhereNothingIsUnderWay() {
        var result = search(
                List.of(FIRST, SECOND),
                answered(put("k", "a"), 0, 10, putAt(2)),
                answered(get("k"), 5, 12, found(2, FIRST.getKv())),
                answered(put("k", "b"), 20, 22, putAt(3)),
                answered(get("k"), 30, 32, found(3, SECOND.getKv())));
        assertEquals(new WindowSearch.Result(3, 4, List.of()), result);
    }

    @Test
    void staleReadInALaterWindow_isFound() {
        var result = search(
                List.of(FIRST, SECOND),
                answered(put("k", "a"), 0, 10, putAt(2)),
                answered(put("k", "b"), 20, 22, putAt(3)),
                answered(get("k"), 30, 32, found(3, FIRST.getKv())));
        assertEquals(3, result.windows());
        assertEquals(1, result.failures().size());
        assertTrue(
                result.failures().get(0).contains("NOT_LINEARIZABLE"),
                result.failures().get(0));
    }

    @Test
    void windowsEndBehindRevisions_whereSomethingIsAlwaysUnderWay() {
        var always = answered(get("k"), 0, 100, found(3, SECOND.getKv()));
        var history = new History(
                List.of(
                        always,
                        answered(put("k", "a"), 1, 10, putAt(2)),
                        answered(get("k"), 5, 50, found(2, FIRST.getKv())),
                        answered(put("k", "b"), 20, 22, putAt(3))),
                List.of(FIRST, SECOND),
                List.of());
        assertEquals(new WindowSearch.Result(2, 4, List.of()), WindowSearch.sample(history, 1, 9));
        assertEquals(new WindowSearch.Result(1, 2, List.of()), WindowSearch.sample(history, 1, 1));
        var stale = List.of(
                always,
                answered(put("k", "a"), 1, 10, putAt(2)),
                answered(put("k", "b"), 20, 22, putAt(3)),
                answered(get("k"), 30, 50, found(3, FIRST.getKv())));
        var damaged = new History(stale, List.of(FIRST, SECOND), List.of());
        assertEquals(1, WindowSearch.sample(damaged, 1, 9).failures().size());
    }

    @Test
    void staleReadThatSaysSo_isFoundAtTheCut() {
        var history = new History(
                List.of(
                        answered(put("k", "a"), 1, 10, putAt(2)),
                        answered(put("k", "b"), 20, 22, putAt(3)),
                        answered(get("k"), 30, 50, found(2, FIRST.getKv()))),
                List.of(FIRST, SECOND),
                List.of());
        assertEquals(1, WindowSearch.sample(history, 1, 9).failures().size());
    }

    /** The log tells of a write whose client never heard of it. */
    @Test
    void writeOfUnknownOutcome_mayHappenInAnyWindow() {
        var result = search(
                List.of(FIRST, SECOND),
                answered(put("k", "a"), 0, 10, putAt(2)),
                unknown(put("k", "b"), 11),
                answered(get("k"), 20, 22, found(2, FIRST.getKv())),
                answered(get("k"), 30, 32, found(3, SECOND.getKv())));
        assertEquals(new WindowSearch.Result(3, 3, List.of()), result);
    }
}
