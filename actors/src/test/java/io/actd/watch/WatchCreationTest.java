package io.actd.watch;

import static io.actd.watch.WatchClient.watch;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.actd.protocol.Refusal;
import io.actd.protocol.api.WatchCreateRequest;
import io.actd.protocol.api.WatchRequest;
import io.actd.protocol.api.WatchResponse;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Spec W-1 to W-10. */
class WatchCreationTest {
    private final WatchWorld world = new WatchWorld();
    private final WatchClient client = world.open();

    @AfterEach
    void close() {
        world.close();
    }

    @Test
    void created_carriesTheRevisionOfRegistration() { // spec W-6
        world.puts(4);
        var answer = client.created(watch("k"));
        assertEquals(WatchWorld.header(5), answer.getHeader());
        assertEquals(0, answer.getEventsCount());
        assertEquals("", answer.getCancelReason());
    }

    @Test
    void manyRequests_areAnsweredInTheirOrder() { // spec W-2
        for (int i = 0; i < 300; i++) {
            client.create(i % 3 == 0 ? watch("k").setStartRevision(-1) : watch("k" + i));
        }
        long id = 0;
        for (int i = 0; i < 300; i++) {
            var answer = client.next();
            assertTrue(answer.getCreated());
            assertEquals(i % 3 == 0 ? -1 : id++, answer.getWatchId());
        }
        world.await(() -> client.accepted.get() == 300);
    }

    @Test
    void emptyKey_isTheLowestKey() { // spec W-3
        client.created(WatchCreateRequest.newBuilder());
        client.created(WatchCreateRequest.newBuilder().setRangeEnd(WatchWorld.bytes("\0")));
        world.put("a", "1");
        client.expect(1, "PUT a@2");
        world.put("\0", "1");
        var first = client.next();
        var second = client.next();
        assertEquals(1, first.getWatchId() + second.getWatchId());
    }

    @Test
    void idZero_isAssignedUpwardAndNeverAgain() { // spec W-4, faults W9
        assertEquals(0, client.created(watch("a")).getWatchId());
        assertEquals(2, client.created(watch("a").setWatchId(2)).getWatchId());
        assertEquals(1, client.created(watch("a")).getWatchId());
        assertEquals(3, client.created(watch("a")).getWatchId());
        client.cancel(0);
        assertTrue(client.next().getCanceled());
        assertEquals(4, client.created(watch("a")).getWatchId());
    }

    @Test
    void explicitId_mayBeUsedAgainAfterItsCancel() { // spec W-4, W-8
        client.created(watch("a").setWatchId(7));
        expectRefused(watch("b").setWatchId(7), Refusal.WATCH_DUPLICATE_ID);
        client.cancel(7);
        assertTrue(client.next().getCanceled());
        client.created(watch("b").setWatchId(7));
        world.put("a", "1");
        world.put("b", "1");
        client.expect(7, "PUT b@3");
    }

    @Test
    void otherNegativeIds_areFine_butMinusOneIsRefused() { // spec §21 no. 8
        expectRefused(watch("a").setWatchId(-1), Refusal.WATCH_DUPLICATE_ID);
        assertEquals(-2, client.created(watch("a").setWatchId(-2)).getWatchId());
    }

    @Test
    void startAtZero_neverHearsAnAnsweredWrite() { // spec W-5
        for (int i = 0; i < 200; i++) {
            long written = world.put("k", "v");
            assertEquals(written, client.created(watch("k")).getHeader().getRevision());
            client.cancel(i);
            assertTrue(client.next().getCanceled());
        }
    }

    @Test
    void startInTheFuture_waitsForItsRevision() { // spec W-5
        client.created(watch("k").setStartRevision(4));
        world.put("k", "2");
        world.put("k", "3");
        world.put("k", "4");
        client.expect(0, "PUT k@4");
    }

    @Test
    void startInThePast_getsHistoryThenLiveEvents() { // spec W-5
        world.put("k", "2");
        world.put("k", "3");
        client.created(watch("k").setStartRevision(3));
        world.put("k", "4");
        assertEquals(2, client.eventsUpTo(4).size());
    }

    @Test
    void negativeStart_isRefusedFirst() { // spec W-5, W-8, faults W8
        expectRefused(watch("b", "a").setStartRevision(-1).setWatchId(-1), Refusal.COMPACTED);
        world.put("k", "2");
        client.created(watch("k"));
    }

    @Test
    void emptyRange_isRefusedBeforeADuplicateId() { // spec W-8
        client.created(watch("k").setWatchId(5));
        expectRefused(watch("b", "a").setWatchId(5), Refusal.WATCH_RANGE_EMPTY);
        expectRefused(watch("a", "a"), Refusal.WATCH_RANGE_EMPTY);
        client.created(watch("b", "\0"));
    }

    private void expectRefused(WatchCreateRequest.Builder create, Refusal refusal) {
        client.create(create);
        assertEquals(
                WatchResponse.newBuilder()
                        .setHeader(WatchWorld.header(world.store.revision()))
                        .setWatchId(-1)
                        .setCreated(true)
                        .setCanceled(true)
                        .setCancelReason(refusal.text())
                        .build(),
                client.next());
    }

    @Test
    void startBelowTheCompactedRevision_isCreatedThenCancelled() { // spec W-9, W-25
        world.puts(5);
        world.compact(4);
        client.created(watch("k", "l").setStartRevision(3));
        assertEquals(
                WatchResponse.newBuilder()
                        .setHeader(WatchWorld.header(0))
                        .setCanceled(true)
                        .setCompactRevision(4)
                        .build(),
                client.next());
    }

    @Test
    void requestWithoutMember_isIgnored() { // spec W-10
        client.request(WatchRequest.newBuilder());
        client.expectNothing();
        assertEquals(2, client.accepted.get());
    }

    @Test
    void undefinedFilters_areIgnored() { // spec W-10
        client.created(watch("k").addFiltersValue(17));
        world.put("k", "1");
        client.expect(0, "PUT k@2");
    }

    @Test
    void cancelBehindCreate_isAnsweredBehindIt() { // spec W-35
        client.create(watch("k"));
        client.cancel(0);
        assertTrue(client.next().getCreated());
        var canceled = client.next();
        assertTrue(canceled.getCanceled());
        assertFalse(canceled.getCreated());
    }
}
