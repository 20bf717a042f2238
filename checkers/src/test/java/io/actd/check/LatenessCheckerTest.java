package io.actd.check;

import static io.actd.check.Examples.deleteEvent;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.actd.check.LeaseStory.Renewal;
import io.actd.protocol.api.PutRequest;
import io.actd.protocol.api.PutResponse;
import io.actd.protocol.api.RangeRequest;
import io.actd.protocol.api.RangeResponse;
import io.actd.protocol.api.ResponseHeader;
import io.actd.protocol.mvcc.Event;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Lease 7 of 100 ns, granted at 12, with a key; a write each 10 ns until 500, and 20 ns of grace. */
class LatenessCheckerTest {
    private static final long END = 500;
    private static final long DUE = 112;
    private static final Duration ELECTION = Duration.ofNanos(30);
    private static final Duration GRACE = Duration.ofNanos(20);
    private static final Event PUT = Examples.putEvent(
            Examples.pair("of 7", "", 2, 2, 1).toBuilder().setLease(7).build());
    private static final long NEVER = LeaseStory.NEVER;

    private static Operation write(long nanos, long revision, long term) {
        var header = ResponseHeader.newBuilder().setRevision(revision).setRaftTerm(term);
        var answer = PutResponse.newBuilder().setHeader(header).build();
        return Operation.answered(1, PutRequest.getDefaultInstance(), nanos, nanos + 1, answer);
    }

    /** Writes until the end but in between; they show the lease's end from that time on. */
    private static List<Operation> writes(long endOfLease, long silentFrom, long silentTo) {
        List<Operation> writes = new ArrayList<>();
        for (long at = 0; at < END; at += 10)
            if (at < silentFrom || at >= silentTo) writes.add(write(at, at < endOfLease ? 2 : 3, 2));
        return writes;
    }

    private static LatenessChecker.Result judge(List<Event> log, long refused, long watched, List<Operation> seen) {
        var story = new LeaseStory(7, "of 7", 100, List.of(new Renewal(10, 12)), false, 12, refused, watched);
        return LatenessChecker.check(new History(seen, log, List.of()), List.of(story), ELECTION, GRACE, END);
    }

    private static int late(List<Event> log, long refused, long watched, List<Operation> seen) {
        return judge(log, refused, watched, seen).violations().size();
    }

    private static List<Event> deleted() {
        return List.of(PUT, deleteEvent("of 7", 3));
    }

    @Test
    void endWithinTheGrace_isInTime_laterIsLate() {
        assertEquals(0, late(deleted(), NEVER, NEVER, writes(DUE + 10, 0, 0)));
        assertEquals(1, late(deleted(), NEVER, NEVER, writes(DUE + 60, 0, 0)));
        assertEquals(1, late(List.of(PUT), NEVER, NEVER, writes(END, 0, 0)));
    }

    /** Who reads the watch may be busy. */
    @Test
    void answersShowTheEnd_whenTheWatchIsReadLate() {
        assertEquals(0, late(deleted(), NEVER, DUE + 90, writes(DUE + 10, 0, 0)));
        assertEquals(0, late(deleted(), NEVER, DUE + 15, writes(END, 0, 0)));
    }

    @Test
    void toldThatThereIsNoSuchLease_isItsEnd() {
        assertEquals(0, late(List.of(PUT), DUE + 15, NEVER, writes(END, 0, 0)));
        assertEquals(1, late(List.of(PUT), DUE + 60, NEVER, writes(END, 0, 0)));
    }

    /** Without a majority nothing ends. */
    @Test
    void silenceMeanwhile_isForgiven() {
        assertEquals(0, late(deleted(), NEVER, NEVER, writes(DUE + 60, DUE, DUE + 60)));
        assertEquals(1, late(deleted(), NEVER, NEVER, writes(DUE + 90, DUE, DUE + 30)));
    }

    @Test
    void leaseWhoseKeyWasNeverPut_isNotLate() {
        assertEquals(0, late(List.of(), NEVER, NEVER, writes(END, 0, 0)));
    }

    /** A member may answer a serializable read from before, and at a term from before. */
    @Test
    void oldStateByRight_isNoEvidence() {
        var old = RangeRequest.newBuilder().setSerializable(true).build();
        var answer =
                RangeResponse.newBuilder().setHeader(ResponseHeader.newBuilder().setRevision(2));
        List<Operation> seen = writes(DUE + 10, 0, 0);
        seen.add(Operation.answered(1, old, 400, 401, answer.build()));
        assertEquals(0, late(deleted(), NEVER, NEVER, seen));
    }

    @Test
    void changeOfLeader_countsIfTheLeaseLivedThroughIt() {
        List<Operation> seen = writes(DUE + 10, 0, 0);
        seen.add(write(50, 2, 3));
        assertEquals(1, judge(deleted(), NEVER, NEVER, seen).changesOfLeader());
        assertEquals(0, judge(List.of(), NEVER, NEVER, seen).changesOfLeader());
    }
}
