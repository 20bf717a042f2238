package io.actd.simulation.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.ByteString;
import io.actd.protocol.api.ResponseHeader;
import io.actd.protocol.api.WatchResponse;
import io.actd.protocol.mvcc.Event;
import io.actd.protocol.mvcc.KeyValue;
import io.actd.simulation.client.Watching.Wanted;
import io.actd.simulation.thread.RunQueue;
import io.actd.simulation.thread.Trace;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** What a stream with several watches may be answered, in which order. */
class OpenWatchesTest {
    private static final ByteString KEY = ByteString.copyFromUtf8("k");

    private final Recorder recorder = new Recorder(new RunQueue(new SplittableRandom(1), new Trace(null)));
    private final OpenWatches watches = new OpenWatches();
    private final Watching one = watching(1);
    private final Watching other = watching(9);

    private Watching watching(long from) {
        return new Watching(new Wanted(KEY, ByteString.EMPTY, true, true, false), from, recorder);
    }

    private static WatchResponse.Builder answer(long id, long revision) {
        return WatchResponse.newBuilder()
                .setWatchId(id)
                .setHeader(ResponseHeader.newBuilder().setRevision(revision));
    }

    private static WatchResponse created(long id) {
        return answer(id, 5).setCreated(true).build();
    }

    private static WatchResponse refused() {
        return answer(-1, 5).setCreated(true).setCanceled(true).build();
    }

    private static WatchResponse event(long id, long revision) {
        var pair = KeyValue.newBuilder().setKey(KEY).setModRevision(revision);
        return answer(id, revision).addEvents(Event.newBuilder().setKv(pair)).build();
    }

    private void right(WatchResponse... answers) {
        for (var answer : answers) assertEquals("", watches.took(answer));
    }

    private void wrong(String promise, WatchResponse answer) {
        var said = watches.took(answer);
        assertTrue(said.startsWith(promise + " "), said);
    }

    /** One under an id of the member's, the other under that id. */
    private void createBoth(long ofTheOther) {
        watches.create(one, OpenWatches.ANY_ID);
        watches.create(other, ofTheOther);
    }

    @Test
    void events_goToTheWatchWhoseIdTheyBear() {
        createBoth(3);
        right(created(0), created(3), event(3, 9), event(0, 7));
        assertEquals(List.of(7L, 9L), List.of(one.seenRevision(), other.seenRevision()));
        wrong("WATCH_OWN_ANSWERS", event(1, 10));
    }

    @Test
    void idThatIsInUse_isRefused_andNoOther() {
        createBoth(0);
        right(created(0), created(1));
        watches.create(one, 1);
        right(refused());
        assertEquals(List.of(one), watches.takeClosed());
        watches.create(one, 2);
        wrong("WATCH_REFUSALS", refused());
    }

    @Test
    void chosenId_isKept_andAssignedOnesAreNotGivenAgain() {
        createBoth(3);
        wrong("WATCH_IDS", created(-1));
        wrong("WATCH_IDS", created(4));
        createBoth(0);
        right(created(0));
        wrong("WATCH_IDS", created(0));
        wrong("WATCH_ONE_CREATION", created(1));
    }

    @Test
    void cancelledOrOvertakenWatch_isToldNothingMore_andMayBeMadeAgain() {
        createBoth(3);
        watches.cancel(3);
        right(created(0), created(3), answer(3, 6).setCanceled(true).build());
        right(answer(0, 0).setCanceled(true).setCompactRevision(4).build());
        assertEquals(List.of(other, one), watches.takeClosed());
        assertEquals(4, one.create().getStartRevision());
        wrong("WATCH_OWN_ANSWERS", event(3, 9));
    }

    @Test
    void watchThatNobodyCancelled_goesOn() {
        createBoth(3);
        watches.cancel(3);
        right(created(0), created(3));
        wrong("WATCH_GOES_ON", answer(0, 6).setCanceled(true).build());
    }

    /** The second cancellation meets the next watch of that id. */
    @Test
    void idCancelledTwice_mayBeAnsweredTwice() {
        createBoth(3);
        watches.cancel(3);
        watches.create(other, 3);
        watches.cancel(3);
        var cancelled = answer(3, 6).setCanceled(true).build();
        right(created(0), created(3), cancelled, created(3), cancelled);
    }

    /** It comes to the one that was made again under that id meanwhile. */
    @Test
    void cancellationThatCrossedTheEndByCompaction_isStillAskedFor() {
        createBoth(3);
        watches.cancel(3);
        right(
                created(0),
                created(3),
                answer(3, 0).setCanceled(true).setCompactRevision(4).build());
        watches.create(other, 3);
        right(created(3), answer(3, 6).setCanceled(true).build());
    }

    /** What a simulation waits for in the end. */
    @Test
    void watch_lacksWhatItWants_untilItCameOrWasVouchedFor() {
        createBoth(3);
        var log = List.of(event(0, 7).getEvents(0), event(0, 9).getEvents(0));
        right(created(0), created(3), event(0, 7));
        assertEquals(List.of(true, true), List.of(one.lacks(log), other.lacks(log)));
        right(event(0, 9), answer(3, 9).build());
        assertEquals(List.of(false, false), List.of(one.lacks(log), other.lacks(log)));
    }

    @Test
    void watch_lacksNothingThatIsFilteredOutOrOfAnotherRange() {
        var deletes = new Watching(new Wanted(KEY, ByteString.EMPTY, false, true, false), 1, recorder);
        var elsewhere = new Watching(
                new Wanted(ByteString.copyFromUtf8("l"), ByteString.EMPTY, true, true, false), 1, recorder);
        var log = List.of(event(0, 7).getEvents(0));
        assertEquals(List.of(false, false), List.of(deletes.lacks(log), elsewhere.lacks(log)));
        assertTrue(watching(0).lacks(List.of()), "its creation was not answered");
    }

    @Test
    void progressAskedFor_isEverybodys_andNobodysIfThereIsNone() {
        wrong("WATCH_OWN_ANSWERS", answer(-1, 12).build());
        createBoth(3);
        right(created(0), created(3), answer(-1, 12).build());
        assertEquals(List.of(12L, 12L), List.of(one.seenRevision(), other.seenRevision()));
    }

    @Test
    void progress_isNotToldBelowTheStart() {
        createBoth(3);
        right(created(0), created(3), answer(0, 8).build());
        wrong("WATCH_NOTES_BEGIN_AT_START", answer(-1, 8).build());
        wrong("WATCH_NOTES_BEGIN_AT_START", answer(3, 8).build());
    }
}
