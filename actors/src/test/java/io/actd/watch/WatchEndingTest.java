package io.actd.watch;

import static io.actd.watch.WatchClient.watch;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.actd.protocol.Refusal;
import io.actd.protocol.api.WatchRequest;
import io.actd.protocol.api.WatchResponse;
import java.util.ArrayList;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Spec W-25 to W-35: how watches and streams end, and what does not end them. */
class WatchEndingTest {
    private final ManualExecutor disk = new ManualExecutor();
    private final WatchWorld world = new WatchWorld(WatchWorld.SETTINGS, disk);
    private final WatchClient client = world.open();

    @AfterEach
    void close() {
        world.close();
    }

    private static WatchResponse compacted(long id, long revision) {
        return WatchResponse.newBuilder()
                .setHeader(WatchWorld.header(0))
                .setWatchId(id)
                .setCanceled(true)
                .setCompactRevision(revision)
                .build();
    }

    @Test
    void cancel_isAnsweredOnce_andNothingFollows() { // spec W-27
        client.created(watch("k"));
        world.put("k", "1");
        client.expect(0, "PUT k@2");
        client.cancel(0);
        assertEquals(
                WatchResponse.newBuilder()
                        .setHeader(WatchWorld.header(2))
                        .setCanceled(true)
                        .build(),
                client.next());
        world.put("k", "2");
        client.cancel(0);
        client.cancel(77);
        client.expectNothing();
    }

    @Test
    void cancelDuringHistory_endsIt() { // spec W-27
        world.puts(5);
        client.created(watch("k", "l").setStartRevision(1));
        var reading = disk.take();
        client.cancel(0);
        assertTrue(client.next().getCanceled());
        reading.run();
        client.expectNothing();
        world.awaitCensus(0, 0, 1);
    }

    @Test
    void compactionOvertakesHistory_onlyWhatNeedsItIsCancelled() { // spec W-25, faults W4
        world.puts(9);
        client.created(watch("k", "l").setStartRevision(3));
        var early = disk.take();
        client.created(watch("k", "l").setStartRevision(8));
        world.compact(8);
        early.run();
        assertEquals(compacted(0, 8), client.next());
        disk.runOne();
        assertEquals(3, client.eventsUpTo(10).size());
    }

    @Test
    void compactedId_isFreeAtOnce_andItsCancelIsNotAnswered() { // spec W-26
        disk.release();
        world.puts(9);
        world.compact(8);
        client.created(watch("k", "l").setWatchId(5).setStartRevision(3));
        assertEquals(compacted(5, 8), client.next());
        client.cancel(5);
        client.created(watch("k", "l").setWatchId(5));
        client.askProgress();
        assertEquals(-1, client.next().getWatchId());
    }

    @Test
    void liveWatch_isNotTouchedByCompaction() { // spec W-25
        client.created(watch("k", "l"));
        world.puts(5);
        world.compact(6);
        world.removeCompacted();
        assertEquals(5, client.eventsUpTo(6).size());
        world.puts(1);
        client.eventsUpTo(7);
    }

    @Test
    void installedSnapshot_keepsWatches_theyCatchUp() { // spec W-31, faults W1, W2
        disk.release();
        client.created(watch("k", "l"));
        client.created(watch("k", "l").setStartRevision(9));
        world.puts(2);
        client.eventsUpTo(3);
        world.holdBack();
        world.puts(4);
        world.restore();
        assertEquals(4, client.eventsUpTo(7).size());
        client.askProgress();
        client.expectNothing(); // the other one waits for the future
        world.puts(2);
        var later = new ArrayList<String>();
        while (later.size() < 3) {
            var answer = client.next();
            WatchClient.texts(answer).forEach(text -> later.add(answer.getWatchId() + " " + text));
        }
        assertTrue(later.contains("1 PUT k1@9"), later::toString);
        client.expectNothing();
    }

    @Test
    void installedSnapshotToldAfterTheFirstWatchCame_changesNothing() { // spec W-31
        disk.release();
        world.holdBack();
        world.puts(3);
        long installed = world.store.revision();
        world.puts(2);
        client.created(watch("k", "l"));
        client.askProgress();
        assertEquals(6, client.next().getHeader().getRevision()); // the hub has looked at the store
        world.restored(installed);
        world.publish();
        world.puts(1);
        assertEquals(1, client.eventsUpTo(7).size());
    }

    @Test
    void installedSnapshotBeyondCompaction_cancelsWhoMissedIt() { // spec W-31, W-25
        disk.release();
        client.created(watch("k", "l"));
        world.holdBack();
        world.puts(6);
        world.compact(6);
        world.restore();
        assertEquals(compacted(0, 6), client.next());
    }

    @Test
    void closedRpc_leavesNothing() throws InterruptedException { // spec W-33
        client.created(watch("k"));
        world.awaitCensus(1, 0, 1);
        client.close();
        world.awaitCensus(0, 0, 0);
        assertNull(client.failures.poll(0, TimeUnit.SECONDS));
    }

    @Test
    void stoppedHub_endsTheRpcWithAnErrorClientsRetry() throws InterruptedException { // spec W-33
        client.created(watch("k"));
        world.stopHub();
        assertEquals(Refusal.STOPPED, client.failures.poll(10, TimeUnit.SECONDS));
    }

    @Test
    void failedStream_endsOnlyItsOwnRpc() throws InterruptedException {
        var other = world.open();
        other.created(watch("k"));
        client.tell(new WatchStream.Request(WatchRequest.getDefaultInstance(), () -> {
            throw new IllegalStateException("the API layer broke its promise");
        }));
        assertEquals(Refusal.STOPPED, client.failures.poll(10, TimeUnit.SECONDS));
        world.put("k", "1");
        other.expect(0, "PUT k@2");
        world.awaitCensus(1, 0, 1);
    }
}
