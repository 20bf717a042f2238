package io.actd.watch;

import static io.actd.watch.WatchClient.watch;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.actd.protocol.api.WatchResponse;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Spec W-20 to W-24. */
class WatchProgressTest {
    /** One period with the whole jitter. */
    private static final Duration PERIOD = WatchWorld.PROGRESS.plus(WatchWorld.PROGRESS.dividedBy(10));

    private final ManualExecutor disk = new ManualExecutor();
    private final WatchWorld world = new WatchWorld(WatchWorld.SETTINGS, disk);
    private final WatchClient client = world.open();

    @AfterEach
    void close() {
        world.close();
    }

    private static WatchResponse progress(long id, long revision) {
        return WatchResponse.newBuilder()
                .setHeader(WatchWorld.header(revision))
                .setWatchId(id)
                .build();
    }

    @Test
    void idleWatch_isToldEachPeriod_ifItAsked() { // spec W-21, W-22, faults W10
        client.created(watch("a").setProgressNotify(true));
        client.created(watch("a"));
        world.puts(3);
        world.time.timePasses(PERIOD);
        assertEquals(progress(0, 4), client.next());
        world.puts(1);
        world.time.timePasses(PERIOD);
        assertEquals(progress(0, 5), client.next());
        client.expectNothing();
    }

    @Test
    void noNote_beforeThePeriodIsOver() { // spec W-21
        client.created(watch("a").setProgressNotify(true));
        world.time.timePasses(WatchWorld.PROGRESS.minusMillis(1));
        client.expectNothing();
    }

    @Test
    void watchWithEvents_isToldAPeriodLater() { // spec W-21
        client.created(watch("a").setProgressNotify(true));
        world.put("a", "1");
        client.expect(0, "PUT a@2");
        world.time.timePasses(PERIOD);
        client.expectNothing();
        world.time.timePasses(PERIOD);
        assertEquals(progress(0, 2), client.next());
    }

    @Test
    void futureWatch_isNotToldBeforeItsRevision() { // spec W-22, faults W2
        client.created(watch("a").setStartRevision(3).setProgressNotify(true));
        world.time.timePasses(PERIOD);
        client.expectNothing();
        client.askProgress();
        client.expectNothing();
        world.puts(2);
        client.askProgress();
        assertEquals(progress(-1, 3), client.next());
        world.time.timePasses(PERIOD);
        assertEquals(progress(0, 3), client.next());
    }

    @Test
    void watchInItsHistory_isNotTold_andHoldsTheStreamBack() { // spec W-22, W-23, faults W3
        world.put("a", "1");
        client.created(watch("b").setProgressNotify(true));
        client.created(watch("a").setStartRevision(1).setProgressNotify(true));
        var reading = disk.take();
        world.time.timePasses(PERIOD);
        assertEquals(progress(0, 2), client.next());
        client.askProgress();
        client.expectNothing();
        reading.run();
        client.expect(1, "PUT a@2");
        client.askProgress();
        assertEquals(progress(-1, 2), client.next());
    }

    @Test
    void asked_comesAfterEveryEventItPromises() { // spec W-20, W-23, W-24, faults W3
        client.created(watch("k", "l"));
        for (int round = 0; round < 50; round++) {
            world.puts(3);
            client.askProgress();
            long revision = world.store.revision();
            assertEquals(3, client.eventsUpTo(revision).size());
            assertEquals(progress(-1, revision), client.next());
        }
    }

    @Test
    void asked_withoutWatches_isNotAnswered() { // spec W-23
        client.askProgress();
        client.expectNothing();
        client.created(watch("a"));
        client.cancel(0);
        client.next();
        client.askProgress();
        client.expectNothing();
        world.await(() -> client.accepted.get() == 6);
    }

    @Test
    void unpublishedRevision_isNotPromised() { // spec W-20
        client.created(watch("k", "l"));
        world.holdBack();
        world.puts(2);
        client.askProgress();
        assertEquals(progress(-1, 1), client.next());
        world.publish();
        assertEquals(2, client.eventsUpTo(3).size());
    }
}
