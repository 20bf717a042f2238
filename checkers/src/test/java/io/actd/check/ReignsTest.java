package io.actd.check;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.google.protobuf.ByteString;
import io.actd.protocol.api.PutRequest;
import io.actd.protocol.api.PutResponse;
import io.actd.protocol.api.ResponseHeader;
import java.util.List;
import org.junit.jupiter.api.Test;

class ReignsTest {
    private static final long TTL = 20;
    private static final long EXTENSION = 30;
    private static final long GRACE = 5;

    private static Operation put(long term, long call, long end) {
        PutRequest put =
                PutRequest.newBuilder().setKey(ByteString.copyFromUtf8("k")).build();
        ResponseHeader header = ResponseHeader.newBuilder().setRaftTerm(term).build();
        return Operation.answered(
                1, put, call, end, PutResponse.newBuilder().setHeader(header).build());
    }

    private static long deadline(long renewed, Operation... writes) {
        return new Reigns(List.of(writes)).deadline(renewed + TTL, EXTENSION, GRACE);
    }

    // spec L-5
    @Test
    void sameLeader_owesTheTimeToLive() {
        assertEquals(100 + TTL + GRACE, deadline(100, put(2, 50, 51), put(2, 300, 301)));
    }

    // spec L-6: a promotion's time is never shortened
    @Test
    void renewalRightAfterAPromotion_takesNothingAway() {
        assertEquals(95 + EXTENSION + GRACE, deadline(100, put(2, 60, 61), put(3, 94, 95), put(3, 300, 301)));
    }

    // spec L-6
    @Test
    void newLeaderMeanwhile_givesTheWholeTimeAgain() {
        assertEquals(112 + EXTENSION + GRACE, deadline(100, put(2, 90, 91), put(3, 111, 112), put(3, 120, 121)));
    }

    @Test
    void leaderThatDiedBeforeItsDuty_leavesItToTheNext() {
        assertEquals(150 + EXTENSION + GRACE, deadline(100, put(2, 119, 120), put(3, 149, 150)));
    }

    @Test
    void leaderThatOutlivedItsDuty_isNotExcusedByALaterOne() {
        assertEquals(100 + TTL + GRACE, deadline(100, put(2, 50, 51), put(2, 130, 131), put(3, 140, 141)));
    }

    @Test
    void eachOfSeveralChanges_givesTheWholeTimeAgain() {
        assertEquals(135 + EXTENSION + GRACE, deadline(100, put(2, 90, 91), put(3, 111, 112), put(4, 134, 135)));
    }

    private static int changesWithin(long from, long to) {
        return new Reigns(List.of(put(2, 50, 51), put(2, 80, 81), put(3, 94, 95), put(4, 120, 121)))
                .changesWithin(List.of(new Reigns.Life(from, to)));
    }

    @Test
    void changeOfLeader_countsOnlyIfSomethingLivedBeforeItAndEndedAfterIt() {
        assertEquals(1, changesWithin(80, 95));
        assertEquals(2, changesWithin(80, 121));
        assertEquals(0, changesWithin(81, 95));
        assertEquals(0, changesWithin(80, 94));
    }
}
