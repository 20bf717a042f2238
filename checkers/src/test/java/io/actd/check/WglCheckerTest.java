package io.actd.check;

import static io.actd.check.Examples.answered;
import static io.actd.check.Examples.create;
import static io.actd.check.Examples.delete;
import static io.actd.check.Examples.deletedAt;
import static io.actd.check.Examples.found;
import static io.actd.check.Examples.get;
import static io.actd.check.Examples.pair;
import static io.actd.check.Examples.put;
import static io.actd.check.Examples.putAt;
import static io.actd.check.Examples.unknown;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.actd.check.WglChecker.Verdict;
import io.actd.protocol.api.RangeResponse;
import io.actd.protocol.api.ResponseOp;
import io.actd.protocol.api.TxnResponse;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Calls of one key, judged without a look at revisions. */
class WglCheckerTest {
    private static final RangeResponse NOTHING = found(0);

    private static RangeResponse value(String value, long version) {
        return found(0, pair("k", value, 0, 0, version));
    }

    private static Verdict judge(Operation... operations) {
        return new WglChecker<>(new PairsModel(), 10_000).check(List.of(operations));
    }

    private static TxnResponse created(boolean succeeded) {
        var txn = TxnResponse.newBuilder().setSucceeded(succeeded);
        return (succeeded ? txn.addResponses(ResponseOp.newBuilder().setResponsePut(putAt(0))) : txn).build();
    }

    @Test
    void oneAfterTheOther_isLinearizable() {
        assertEquals(
                Verdict.LINEARIZABLE,
                judge(
                        answered(get("k"), 0, 1, NOTHING),
                        answered(put("k", "a"), 2, 3, putAt(0)),
                        answered(get("k"), 4, 5, value("a", 1)),
                        answered(delete("k"), 6, 7, deletedAt(0, 1)),
                        answered(get("k"), 8, 9, NOTHING)));
    }

    @Test
    void emptyHistory_isLinearizable() {
        assertEquals(Verdict.LINEARIZABLE, judge());
    }

    /** A read that overlaps with a write may show it or not. */
    @Test
    void concurrentRead_mayShowEither() {
        for (RangeResponse seen : List.of(NOTHING, value("a", 1))) {
            assertEquals(
                    Verdict.LINEARIZABLE,
                    judge(answered(put("k", "a"), 0, 10, putAt(0)), answered(get("k"), 5, 6, seen)));
        }
    }

    /** But once one has shown it, a later one has to. */
    @Test
    void readsThatGoBack_areNot() {
        assertEquals(
                Verdict.NOT_LINEARIZABLE,
                judge(
                        answered(put("k", "a"), 0, 10, putAt(0)),
                        answered(get("k"), 1, 2, value("a", 1)),
                        answered(get("k"), 3, 4, NOTHING)));
    }

    @Test
    void staleRead_isNot() {
        assertEquals(
                Verdict.NOT_LINEARIZABLE,
                judge(
                        answered(put("k", "a"), 0, 1, putAt(0)),
                        answered(put("k", "b"), 2, 3, putAt(0)),
                        answered(get("k"), 4, 5, value("a", 1))));
    }

    @Test
    void lostWrite_isNot() {
        assertEquals(
                Verdict.NOT_LINEARIZABLE,
                judge(answered(put("k", "a"), 0, 1, putAt(0)), answered(get("k"), 2, 3, NOTHING)));
    }

    @Test
    void swappedReplies_areNot() {
        Operation first = answered(create("k", "a"), 0, 1, created(false));
        Operation second = answered(create("k", "b"), 2, 3, created(true));
        assertEquals(Verdict.NOT_LINEARIZABLE, judge(first, second));
        assertEquals(
                Verdict.LINEARIZABLE, judge(first.withResponse(created(true)), second.withResponse(created(false))));
    }

    /** A lock: two can not both have created its key. */
    @Test
    void lockHeldTwice_isNot() {
        assertEquals(
                Verdict.NOT_LINEARIZABLE,
                judge(
                        answered(create("k", "a"), 0, 10, created(true)),
                        answered(create("k", "b"), 0, 10, created(true))));
        assertEquals(
                Verdict.LINEARIZABLE,
                judge(
                        answered(create("k", "a"), 0, 1, created(true)),
                        answered(delete("k"), 2, 3, deletedAt(0, 1)),
                        answered(create("k", "b"), 4, 5, created(true))));
    }

    @Test
    void unknownWrite_mayHaveHappenedLaterOrNever() {
        Operation write = unknown(put("k", "a"), 0);
        assertEquals(Verdict.LINEARIZABLE, judge(write, answered(get("k"), 5, 6, NOTHING)));
        assertEquals(Verdict.LINEARIZABLE, judge(write, answered(get("k"), 5, 6, value("a", 1))));
        assertEquals(
                Verdict.LINEARIZABLE,
                judge(write, answered(get("k"), 5, 6, NOTHING), answered(get("k"), 7, 8, value("a", 1))));
    }

    @Test
    void unknownWrite_doesNotHappenTwice() {
        assertEquals(
                Verdict.NOT_LINEARIZABLE, judge(unknown(put("k", "a"), 0), answered(get("k"), 5, 6, value("a", 2))));
    }

    @Test
    void unknownWrite_doesNotHappenBeforeItsCall() {
        assertEquals(
                Verdict.NOT_LINEARIZABLE, judge(unknown(put("k", "a"), 7), answered(get("k"), 5, 6, value("a", 1))));
    }

    /** Calls and returns at the same moment overlap. */
    @Test
    void sameMoment_isConcurrent() {
        assertEquals(
                Verdict.LINEARIZABLE,
                judge(answered(put("k", "a"), 0, 5, putAt(0)), answered(get("k"), 5, 6, NOTHING)));
    }

    /** Writes of which nothing is known cost little where nothing needs them, and they are given last. */
    @Test
    void manyUnknownWrites_areTriedInTheirTurn() {
        List<Operation> operations = new ArrayList<>();
        for (int i = 1; i <= 10; i++) {
            operations.add(answered(put("k", "w" + i), 10 * i, 10 * i + 1, putAt(0)));
            operations.add(answered(get("k"), 10 * i + 2, 10 * i + 3, value("w" + i, i)));
        }
        operations.add(answered(get("k"), 200, 201, value("v0", 11)));
        for (int i = 0; i < 20; i++) operations.add(unknown(put("k", "v" + i), 0));
        assertEquals(Verdict.LINEARIZABLE, new WglChecker<>(new PairsModel(), 100).check(operations));
    }

    /** Thirty at once, of which only the order given fits: a good guess costs one case each. */
    @Test
    void orderGiven_isTriedFirst() {
        List<Operation> operations = new ArrayList<>();
        for (int i = 1; i <= 30; i++) {
            operations.add(answered(put("k", "w" + i), 100 - i, 200, putAt(0)));
            operations.add(answered(get("k"), 100 - i, 200, value("w" + i, i)));
        }
        assertEquals(Verdict.LINEARIZABLE, new WglChecker<>(new PairsModel(), 60).check(operations));
        Collections.reverse(operations);
        assertEquals(Verdict.UNKNOWN, new WglChecker<>(new PairsModel(), 60).check(operations));
    }

    /** Many unknown calls, and an answer that none of their orders explains: whoever gives up must say so. */
    @Test
    void tooManyCases_isUnknown() {
        List<Operation> operations = new ArrayList<>();
        for (int i = 0; i < 12; i++) operations.add(unknown(put("k", "v" + i), 0));
        operations.add(answered(get("k"), 5, 6, value("another", 1)));
        assertEquals(Verdict.UNKNOWN, new WglChecker<>(new PairsModel(), 500).check(operations));
    }
}
