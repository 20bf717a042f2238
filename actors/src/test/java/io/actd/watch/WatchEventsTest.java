package io.actd.watch;

import static io.actd.watch.WatchClient.watch;
import static io.actd.watch.WatchWorld.bytes;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.ByteString;
import io.actd.mvcc.KeyRange;
import io.actd.protocol.api.WatchCreateRequest.FilterType;
import io.actd.protocol.api.WatchResponse;
import io.actd.protocol.mvcc.Event;
import io.actd.protocol.mvcc.KeyValue;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Spec W-11 to W-19. */
class WatchEventsTest {
    private final WatchWorld world = new WatchWorld();
    private final WatchClient client = world.open();

    @AfterEach
    void close() {
        world.close();
    }

    @Test
    void put_showsTheFullPair_deleteOnlyKeyAndRevision() { // spec W-11
        client.created(watch("k"));
        world.write(txn -> txn.put(bytes("k"), bytes("v"), 0));
        world.delete("k");
        var put = client.expect(0, "PUT k@2").getEvents(0).getKv();
        assertEquals(
                KeyValue.newBuilder()
                        .setKey(bytes("k"))
                        .setValue(bytes("v"))
                        .setCreateRevision(2)
                        .setModRevision(2)
                        .setVersion(1)
                        .build(),
                put);
        var deleted = client.expect(0, "DELETE k@3").getEvents(0).getKv();
        assertEquals(KeyValue.newBuilder().setKey(bytes("k")).setModRevision(3).build(), deleted);
    }

    @Test
    void previousPair_isThatBeforeTheRevision_exceptForCreations() { // spec W-12
        client.created(watch("k").setPrevKv(true));
        world.put("k", "a");
        world.put("k", "b");
        world.delete("k");
        world.put("k", "c");
        assertEquals(List.of("", "a", "b", ""), previousValues(client.eventsUpTo(5)));

        var late = world.open();
        late.created(watch("k").setPrevKv(true).setStartRevision(1));
        assertEquals(List.of("", "a", "b", ""), previousValues(late.eventsUpTo(5)));
    }

    @Test
    void previousPair_isAbsentOnceCompacted() { // spec W-12
        world.put("k", "a");
        world.put("k", "b");
        world.compact(3);
        world.removeCompacted();
        client.created(watch("k").setPrevKv(true).setStartRevision(3));
        assertEquals(List.of(""), previousValues(client.eventsUpTo(3)));
    }

    private static List<String> previousValues(List<Event> events) {
        return events.stream()
                .map(event -> event.getPrevKv().getValue().toStringUtf8())
                .toList();
    }

    @Test
    void filters_dropTheirKind_andNothingIsSentForNothing() { // spec W-13
        client.created(watch("k").addFilters(FilterType.NOPUT));
        client.created(watch("k").addFilters(FilterType.NODELETE));
        client.created(watch("k").addFilters(FilterType.NOPUT).addFilters(FilterType.NODELETE));
        world.put("k", "a");
        world.delete("k");
        client.expect(1, "PUT k@2");
        client.expect(0, "DELETE k@3");
        client.expectNothing();
    }

    @Test
    void oneRevision_isOneAnswer_liveAndInHistory() { // spec W-14, W-15, W-16
        client.created(watch("a", "z"));
        world.write(txn -> {
            txn.put(bytes("b"), bytes("1"), 0);
            txn.put(bytes("a"), bytes("1"), 0);
            txn.put(bytes("zz"), bytes("1"), 0);
        });
        world.write(txn -> txn.delete(KeyRange.of(bytes("a"), bytes("z"))));
        assertEquals(2, client.expect(0, "PUT b@2", "PUT a@2").getHeader().getRevision());
        assertEquals(3, client.expect(0, "DELETE a@3", "DELETE b@3").getHeader().getRevision());

        client.created(watch("a", "z").setStartRevision(2));
        var history = client.expect(1, "PUT b@2", "PUT a@2", "DELETE a@3", "DELETE b@3");
        assertEquals(3, history.getHeader().getRevision()); // the store revision
    }

    @Test
    void longHistory_comesInAnswersOfAtMostAThousandRevisions() { // spec W-15, W-16
        world.puts(2500);
        client.created(watch("k", "l").setStartRevision(1));
        long last = 1;
        while (last < 2501) {
            var answer = client.next();
            assertTrue(answer.getEventsCount() <= 1000);
            assertEquals(2501, answer.getHeader().getRevision());
            for (var event : answer.getEventsList())
                assertEquals(++last, event.getKv().getModRevision());
        }
    }

    @Test
    void watchesOfOneStream_eachGetTheirOwn() { // spec W-1, W-17, faults W7
        client.created(watch("a"));
        client.created(watch("a"));
        client.created(watch("a", "c"));
        client.created(watch("b", "\0"));
        world.put("b", "1");
        var ids = new ArrayList<Long>();
        for (int i = 0; i < 2; i++) ids.add(client.next().getWatchId());
        assertTrue(ids.containsAll(List.of(2L, 3L)));
        world.put("a", "1");
        ids.clear();
        for (int i = 0; i < 3; i++) ids.add(client.next().getWatchId());
        assertTrue(ids.containsAll(List.of(0L, 1L, 2L)));
        client.expectNothing();
    }

    @Test
    void largeAnswer_isSplitOnlyForWhoAsked() { // spec W-18
        client.created(watch("k", "l").setFragment(true));
        client.created(watch("k", "l"));
        var value = ByteString.copyFrom(new byte[900 << 10]);
        world.write(txn -> {
            for (int i = 0; i < 5; i++) txn.put(bytes("k" + i), value, 0);
        });
        var pieces = new ArrayList<WatchResponse>();
        do pieces.add(client.next());
        while (pieces.getLast().getFragment());
        assertEquals(3, pieces.size());
        var keys = new ArrayList<String>();
        for (var piece : pieces) {
            assertTrue(piece.getSerializedSize() < 2 << 20);
            assertEquals(0, piece.getWatchId());
            assertEquals(WatchWorld.header(2), piece.getHeader());
            keys.addAll(WatchClient.texts(piece));
        }
        assertEquals(List.of("PUT k0@2", "PUT k1@2", "PUT k2@2", "PUT k3@2", "PUT k4@2"), keys);

        var whole = client.next();
        assertEquals(1, whole.getWatchId());
        assertEquals(5, whole.getEventsCount());
        assertFalse(whole.getFragment());
    }

    @Test
    void oneLargeEvent_isNotSplit() { // spec W-18
        client.created(watch("k").setFragment(true));
        world.write(txn -> txn.put(bytes("k"), ByteString.copyFrom(new byte[3 << 20]), 0));
        assertFalse(client.expect(0, "PUT k@2").getFragment());
    }

    @Test
    void event_isReadableWhenItArrives() { // spec W-19, §21 no. 10
        client.created(watch("k"));
        world.put("k", "v");
        long revision = client.expect(0, "PUT k@2").getHeader().getRevision();
        assertTrue(world.store.revision() >= revision);
    }

    @Test
    void deleteAtTheCompactedRevision_stillArrives() { // faults W5, W6
        world.put("k", "v");
        world.delete("k");
        world.compact(3);
        world.removeCompacted();
        client.created(watch("k").setStartRevision(3));
        client.expect(0, "DELETE k@3");
    }

    @Test
    void resumeAtLastPlusOne_givesExactlyTheMissing() { // spec W-30, faults W13
        client.created(watch("k", "l"));
        world.puts(3);
        assertEquals(3, client.eventsUpTo(4).size());
        client.close();
        world.puts(3);
        var again = world.open();
        again.created(watch("k", "l").setStartRevision(5));
        world.puts(3);
        assertEquals(6, again.eventsUpTo(10).size());
        again.expectNothing();
    }
}
