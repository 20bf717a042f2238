package io.actd.check;

import static io.actd.check.Examples.answered;
import static io.actd.check.Examples.delete;
import static io.actd.check.Examples.deleteEvent;
import static io.actd.check.Examples.deletedAt;
import static io.actd.check.Examples.found;
import static io.actd.check.Examples.get;
import static io.actd.check.Examples.pair;
import static io.actd.check.Examples.put;
import static io.actd.check.Examples.putAt;
import static io.actd.check.Examples.putEvent;
import static io.actd.check.Examples.refused;
import static io.actd.check.Examples.revoke;
import static io.actd.check.Examples.revokedAt;
import static io.actd.check.Examples.unknown;
import static org.junit.jupiter.api.Assertions.assertEquals;

import com.google.protobuf.Message;
import io.actd.check.History.Rule;
import io.actd.check.History.Violation;
import io.actd.protocol.Refusal;
import io.actd.protocol.api.RequestOp;
import io.actd.protocol.api.ResponseHeader;
import io.actd.protocol.api.ResponseOp;
import io.actd.protocol.api.TxnRequest;
import io.actd.protocol.api.TxnResponse;
import io.actd.protocol.mvcc.Event;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** The promises by example; {@link MutantsTest} has the crowd. */
class RevisionOrderCheckerTest {
    private static final Event PUT_A = putEvent(pair("k", "a", 2, 2, 1));
    private static final Event PUT_B = putEvent(pair("k", "b", 2, 3, 2));
    private static final Operation ANSWERED_A = answered(put("k", "a"), 0, 10, putAt(2));
    private static final Operation ANSWERED_B = answered(put("k", "b"), 20, 30, putAt(3));

    private static List<Rule> broken(List<Event> log, Operation... operations) {
        return RevisionOrderChecker.check(new History(List.of(operations), log, List.of())).stream()
                .map(Violation::rule)
                .distinct()
                .toList();
    }

    @Test
    void oneAfterTheOther_isRight() {
        assertEquals(
                List.of(),
                broken(
                        List.of(PUT_A, PUT_B),
                        ANSWERED_A,
                        answered(get("k"), 12, 14, found(2, PUT_A.getKv())),
                        ANSWERED_B,
                        answered(get("k"), 32, 34, found(3, PUT_B.getKv()))));
    }

    /** Its compare sees the store as it was before (spec TX-6), its header is all zero (spec H-2). */
    @Test
    void nestedTxn_comparesWhatWasThereBefore() {
        var inner = Examples.create("k", "a").toBuilder()
                .setSuccess(0, RequestOp.newBuilder().setRequestPut(put("l", "b")))
                .build();
        var outer = TxnRequest.newBuilder()
                .addSuccess(RequestOp.newBuilder().setRequestPut(put("k", "a")))
                .addSuccess(RequestOp.newBuilder().setRequestTxn(inner))
                .build();
        var putDone = ResponseOp.newBuilder().setResponsePut(putAt(2));
        var right = TxnResponse.newBuilder()
                .setSucceeded(true)
                .addResponses(putDone)
                .addResponses(ResponseOp.newBuilder()
                        .setResponseTxn(TxnResponse.newBuilder()
                                .setHeader(ResponseHeader.getDefaultInstance())
                                .setSucceeded(true)
                                .addResponses(putDone)))
                .setHeader(Examples.header(2))
                .build();
        var log = List.of(PUT_A, putEvent(pair("l", "b", 2, 2, 1)));
        assertEquals(List.of(), broken(log, answered(outer, 0, 10, right)));
        assertEquals(List.of(), broken(log, unknown(outer, 0)));
        var wrong = right.toBuilder()
                .setResponses(
                        1,
                        ResponseOp.newBuilder()
                                .setResponseTxn(
                                        TxnResponse.newBuilder().setHeader(ResponseHeader.getDefaultInstance())))
                .build();
        assertEquals(
                List.of(Rule.RIGHT_EVENTS, Rule.RIGHT_ANSWER), broken(List.of(PUT_A), answered(outer, 0, 10, wrong)));
    }

    @Test
    void writeOfUnknownOutcome_mayBeThereOrNot() {
        Operation unknown = unknown(put("k", "b"), 20);
        assertEquals(List.of(), broken(List.of(PUT_A), ANSWERED_A, unknown));
        assertEquals(List.of(), broken(List.of(PUT_A, PUT_B), ANSWERED_A, unknown));
    }

    @Test
    void acknowledgedWriteBehindTheLog_isLost() {
        assertEquals(List.of(Rule.NO_LOST_WRITE), broken(List.of(PUT_A), ANSWERED_A, ANSWERED_B));
    }

    /** Nothing is ever written at revision 1. */
    @Test
    void writeAcknowledgedAtTheRevisionOfTheEmptyStore_isLost() {
        assertEquals(List.of(Rule.NO_LOST_WRITE), broken(List.of(), answered(put("k", "a"), 0, 1, putAt(1))));
        assertEquals(List.of(Rule.NO_LOST_WRITE), broken(List.of(), answered(delete("k"), 0, 1, deletedAt(1, 1))));
    }

    @Test
    void readThatMissesWhatWasComplete_isStale() {
        assertEquals(
                List.of(Rule.NOT_STALE),
                broken(
                        List.of(PUT_A, PUT_B),
                        ANSWERED_A,
                        ANSWERED_B,
                        answered(get("k"), 40, 42, found(2, PUT_A.getKv()))));
    }

    @Test
    void readThatShowsAWriteNotYetCalled_isFromTheFuture() {
        assertEquals(
                List.of(Rule.NOT_STALE, Rule.NOT_FROM_THE_FUTURE), // the write is too late, the read too early
                broken(
                        List.of(PUT_A, PUT_B),
                        ANSWERED_A,
                        answered(get("k"), 12, 14, found(3, PUT_B.getKv())),
                        unknown(put("k", "b"), 20)));
    }

    @Test
    void sameValueTwice_isTwoExecutions() {
        assertEquals(
                List.of(Rule.AT_MOST_ONCE, Rule.RIGHT_ANSWER),
                broken(List.of(PUT_A, putEvent(pair("k", "a", 2, 3, 2))), ANSWERED_A));
    }

    @Test
    void refusedWriteInTheLog_isWrong() {
        Operation refused = Histories.with(ANSWERED_A, new Operation.Refused("no"));
        assertEquals(List.of(Rule.NO_REFUSED_WRITE), broken(List.of(PUT_A), refused));
    }

    /** Spec TX-9: its own revision is the future, too. */
    @Test
    void txnThatAsksForTheFuture_changesNothing() {
        var doomed = TxnRequest.newBuilder()
                .addSuccess(RequestOp.newBuilder().setRequestPut(put("k", "a")))
                .addSuccess(RequestOp.newBuilder()
                        .setRequestRange(get("k").toBuilder().setRevision(2)))
                .build();
        assertEquals(List.of(), broken(List.of(), unknown(doomed, 0)));
        assertEquals(List.of(Rule.RIGHT_EVENTS), broken(List.of(PUT_A), unknown(doomed, 0)));
    }

    @Test
    void readOfTheFuture_isNotAnswered() {
        Message future = get("k").toBuilder().setRevision(3).build();
        Operation refused = refused(future, 12, 14, Refusal.FUTURE_REVISION);
        assertEquals(List.of(), broken(List.of(PUT_A), ANSWERED_A, refused));
        Operation answered = answered(future, 12, 14, found(2, PUT_A.getKv()));
        assertEquals(List.of(Rule.RIGHT_ANSWER), broken(List.of(PUT_A), ANSWERED_A, answered));
    }

    @Test
    void whatWasComplete_isNotTheFuture() {
        Message atB = get("k").toBuilder().setRevision(3).build();
        Operation early = refused(atB, 25, 40, Refusal.FUTURE_REVISION);
        assertEquals(List.of(), broken(List.of(PUT_A, PUT_B), ANSWERED_A, ANSWERED_B, early));
        Operation late = refused(atB, 31, 40, Refusal.FUTURE_REVISION);
        assertEquals(List.of(Rule.NOT_STALE), broken(List.of(PUT_A, PUT_B), ANSWERED_A, ANSWERED_B, late));
        Operation ofNoRevision = refused(get("k"), 0, 1, Refusal.FUTURE_REVISION);
        assertEquals(List.of(Rule.NOT_STALE), broken(List.of(), ofNoRevision));
        Operation behind = refused(Examples.compaction(2), 12, 14, Refusal.FUTURE_REVISION);
        assertEquals(List.of(Rule.NOT_STALE), broken(List.of(PUT_A), ANSWERED_A, behind));
        Message ofTheMember =
                get("k").toBuilder().setRevision(3).setSerializable(true).build();
        Operation lagging = refused(ofTheMember, 31, 40, Refusal.FUTURE_REVISION);
        assertEquals(List.of(), broken(List.of(PUT_A, PUT_B), ANSWERED_A, ANSWERED_B, lagging));
    }

    @Test
    void whatNobodyAskedToCompact_isNotCompacted() {
        Operation refused = refused(get("k").toBuilder().setRevision(2).build(), 40, 50, Refusal.COMPACTED);
        assertEquals(List.of(Rule.TRUE_COMPACTION), broken(List.of(PUT_A, PUT_B), ANSWERED_A, ANSWERED_B, refused));
        for (long[] right : new long[][] {{3, 49, 1}, {3, 50, 0}, {2, 45, 0}}) {
            Operation compaction = unknown(Examples.compaction(right[0]), right[1]);
            assertEquals(
                    right[2] == 1 ? List.of() : List.of(Rule.TRUE_COMPACTION),
                    broken(List.of(PUT_A, PUT_B), ANSWERED_A, ANSWERED_B, refused, compaction));
        }
    }

    @Test
    void compactionToWhatIsCompacted_isRefused_andNoOther() {
        Operation first = answered(Examples.compaction(2), 12, 14, Examples.compactedAt(2));
        Operation again = refused(Examples.compaction(2), 16, 18, Refusal.COMPACTED);
        assertEquals(List.of(), broken(List.of(PUT_A), ANSWERED_A, first, again));
        assertEquals(List.of(Rule.TRUE_COMPACTION), broken(List.of(PUT_A), ANSWERED_A, again));
    }

    /** An event that comes before all agree on it would show so. */
    @Test
    void readOlderThanWhatAWatchHasShown_isStale() {
        var shown = new History.Answer(11, Examples.shows(PUT_B));
        var watch = new History.Watch(KeyRange.ZERO, KeyRange.ZERO, 3, List.of(shown));
        Operation write = unknown(put("k", "b"), 5);
        for (long call : new long[] {11, 12}) {
            Operation read = answered(get("k"), call, 20, found(2, PUT_A.getKv()));
            History history = new History(List.of(ANSWERED_A, write, read), List.of(PUT_A, PUT_B), List.of(watch));
            List<Rule> broken = RevisionOrderChecker.check(history).stream()
                    .map(Violation::rule)
                    .toList();
            assertEquals(call == 11 ? List.of() : List.of(Rule.NOT_STALE), broken);
        }
    }

    @Test
    void revisionOfNobody_isAnOrphan() {
        assertEquals(List.of(Rule.NO_ORPHAN_REVISION), broken(List.of(PUT_A)));
    }

    @Test
    void expiryOfALease_isNobodysWriteByRight() {
        Event put = putEvent(PUT_A.getKv().toBuilder().setLease(7).build());
        Operation withLease = answered(put("k", "a").toBuilder().setLease(7).build(), 0, 10, putAt(2));
        List<Event> log = List.of(put, deleteEvent("k", 3));
        assertEquals(List.of(Rule.NO_ORPHAN_REVISION), broken(log, withLease));
        History mayExpire = new History(List.of(withLease), log, List.of(), Set.of(7L));
        assertEquals(List.of(), RevisionOrderChecker.check(mayExpire));
    }

    /**
     * Three revoke one lease, and all are answered with the revision it ended at; only the one whose answer is missing
     * can have done it, because the others were called when that revision had been seen already.
     */
    @Test
    void revocationsThatFindNothingLeft_areNotTakenForTheOneThatDidIt() {
        Event put = putEvent(PUT_A.getKv().toBuilder().setLease(7).build());
        assertEquals(
                List.of(),
                broken(
                        List.of(put, deleteEvent("k", 3)),
                        answered(put("k", "a").toBuilder().setLease(7).build(), 0, 10, putAt(2)),
                        unknown(revoke(7), 20),
                        answered(get("k"), 30, 32, found(3)),
                        answered(revoke(7), 50, 52, revokedAt(3)),
                        answered(revoke(7), 40, 42, revokedAt(3))));
    }
}
