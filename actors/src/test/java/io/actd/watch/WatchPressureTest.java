package io.actd.watch;

import static io.actd.watch.WatchClient.watch;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.actd.protocol.api.WatchRequest;
import io.actd.protocol.mvcc.Event;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Spec W-32 and faults W4, W11, W12: slow readers, many watches, many comings and goings. */
class WatchPressureTest {
    private final ManualExecutor disk = new ManualExecutor();
    private final WatchWorld world = new WatchWorld(WatchWorld.SETTINGS, disk);

    @AfterEach
    void close() {
        world.close();
    }

    private static void assertExactly(long from, long to, List<Event> events) {
        var revisions = events.stream().map(e -> e.getKv().getModRevision()).toList();
        var expected = new ArrayList<Long>();
        for (long revision = from; revision <= to; revision++) expected.add(revision);
        assertEquals(expected, revisions);
    }

    @Test
    void slowReader_fallsBehind_thenGetsEverything() { // spec W-32
        var slow = world.open();
        var quick = world.open();
        slow.created(watch("k", "l"));
        quick.created(watch("k", "l"));
        slow.stopReading();
        for (long revision = 1; revision < 1001; revision += 50) {
            world.puts(50);
            assertExactly(revision + 1, revision + 50, quick.eventsUpTo(revision + 50));
        }
        world.awaitCensus(2, 1, 2);
        disk.release();
        slow.startReading();
        assertExactly(2, 1001, slow.eventsUpTo(1001));
        world.awaitCensus(2, 0, 2);
        world.puts(1);
        assertEquals(1002, slow.next().getHeader().getRevision()); // live again
    }

    @Test
    void whatASlowReaderHolds_isBounded() { // spec W-32, faults W12
        var slow = world.open();
        slow.created(watch("k", "l"));
        slow.stopReading();
        world.puts(1000);
        world.awaitCensus(1, 1, 1);
        slow.readOnce();
        int first = slow.inbox.size();
        slow.readOnce();
        int both = slow.inbox.size();
        assertTrue(first <= WatchWorld.SETTINGS.queuedResponses(), () -> first + " in the first batch");
        assertTrue(both - first <= WatchWorld.SETTINGS.queuedResponses(), () -> both + " in two batches");
    }

    @Test
    void fullStream_acceptsNoRequests() { // what bounds the answers to requests
        var slow = world.open();
        slow.created(watch("k", "l"));
        slow.stopReading();
        world.puts(500);
        world.awaitCensus(1, 1, 1);
        for (int i = 0; i < 100; i++) slow.create(watch("x"));
        world.puts(1);
        // What still fits depends on how far the stream got with the puts; never all of them fit.
        int accepted = slow.accepted.get();
        assertTrue(accepted <= 1 + WatchWorld.SETTINGS.queuedResponses(), () -> accepted + " requests accepted");
        disk.release();
        slow.startReading();
        world.await(() -> slow.accepted.get() == 101);
    }

    @Test
    void eventsDuringHistory_areHeldAndFollowIt() { // spec W-14
        var client = world.open();
        world.puts(10);
        client.created(watch("k", "l").setStartRevision(1));
        var reading = disk.take();
        world.puts(10);
        reading.run();
        assertExactly(2, 21, client.eventsUpTo(21));
    }

    @Test
    void tooManyEventsDuringHistory_areReadLater() { // the bound on what is held
        var client = world.open();
        world.puts(10);
        client.created(watch("k", "l").setStartRevision(1));
        var reading = disk.take();
        world.puts(WatchWorld.SETTINGS.heldDeliveries() + 500);
        world.awaitCensus(1, 1, 1);
        client.askProgress();
        world.await(() -> client.accepted.get() == 2);
        disk.release();
        reading.run();
        assertExactly(2, world.store.revision(), client.eventsUpTo(world.store.revision()));
        client.expectNothing();
    }

    @Test
    void streamThatDoesNotAnswerTheHub_isTakenOffTheLivePath() { // spec W-32
        var client = world.open();
        client.created(watch("k", "l"));
        // Published as one batch each, while the stream is kept busy by a request that waits for this thread.
        var gate = new CountDownLatch(1);
        client.tell(new WatchStream.Request(WatchRequest.getDefaultInstance(), () -> awaitQuietly(gate)));
        world.puts(WatchWorld.SETTINGS.liveMessages() + 200);
        gate.countDown();
        disk.release();
        assertExactly(2, world.store.revision(), client.eventsUpTo(world.store.revision()));
        world.awaitCensus(1, 0, 1);
    }

    private static void awaitQuietly(CountDownLatch gate) {
        try {
            gate.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Test
    void eightHundredWatchesOnOneStream_nothingIsLost() { // faults W4
        disk.release();
        var client = world.open();
        for (int i = 0; i < 800; i++) client.created(watch("k", "l").setPrevKv(i % 2 == 0));
        client.stopReading();
        world.puts(20);
        client.startReading();
        var last = new long[800];
        for (long left = 800 * 20; left > 0; ) {
            var answer = client.next();
            int id = (int) answer.getWatchId();
            for (var event : answer.getEventsList()) {
                long revision = event.getKv().getModRevision();
                assertEquals(last[id] == 0 ? 2 : last[id] + 1, revision, () -> "watch " + id);
                last[id] = revision;
                left--;
            }
        }
        client.expectNothing();
    }

    @Test
    void thousandsOfCreationsAndCancels_leaveNothing() { // faults W11
        var client = world.open();
        for (int round = 0; round < 100; round++) {
            for (int i = 0; i < 100; i++) {
                client.create(watch("k" + i, i % 2 == 0 ? "" : "l").setWatchId(1000 + i));
                client.cancel(1000 + i);
            }
            for (int i = 0; i < 200; i++) client.next();
        }
        world.awaitCensus(0, 0, 1);
        for (int i = 0; i < 200; i++) {
            var guest = world.open();
            guest.created(watch("k", "l"));
            guest.close();
        }
        world.awaitCensus(0, 0, 1);
    }

    @Test
    void farBehind_doesNotStarveTheOthers() { // fairness of catching up
        world.puts(4000);
        var client = world.open();
        client.created(watch("k", "l").setStartRevision(1));
        client.created(watch("k", "l").setStartRevision(3990));
        disk.release();
        long farEvents = 0;
        for (boolean nearDone = false; !nearDone; ) {
            var answer = client.next();
            if (answer.getWatchId() == 0) farEvents += answer.getEventsCount();
            nearDone = answer.getWatchId() == 1;
        }
        assertTrue(farEvents < 4000, "the near one waited for the far one");
    }
}
