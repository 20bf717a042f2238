package io.actd.watch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.actd.protocol.api.WatchCreateRequest;
import io.actd.protocol.api.WatchResponse;
import io.actd.protocol.mvcc.Event;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/** A client that holds each answer against the record. One method a guarantee. */
final class CheckedClient {
    final WatchClient client;
    private final EventRecord record;
    private final Deque<WatchCreateRequest> asked = new ArrayDeque<>();
    private final Map<Long, Expected> watches = new LinkedHashMap<>();
    private final Set<Long> canceling = new HashSet<>();
    private final List<WatchResponse> fragments = new ArrayList<>();
    private long lastManualProgress;
    private @Nullable Throwable broken;

    /** What a watch must bring next. */
    private static final class Expected {
        final WatchCreateRequest create;
        final WatchSpec spec;
        long next;

        Expected(WatchCreateRequest create, long id, long next) {
            this.create = create;
            this.spec = WatchSpec.of(create, id);
            this.next = next;
        }
    }

    CheckedClient(WatchClient client, EventRecord record) {
        this.client = client;
        this.record = record;
    }

    void create(WatchCreateRequest.Builder create) {
        asked.add(create.build());
        client.create(create);
    }

    void cancelOne(SplittableRandom random) {
        var ids =
                watches.keySet().stream().filter(id -> !canceling.contains(id)).toList();
        if (ids.isEmpty()) return;
        long id = ids.get(random.nextInt(ids.size()));
        canceling.add(id);
        client.cancel(id);
    }

    /** Creations that go on where these watches have come to. */
    List<WatchCreateRequest.Builder> resumed() {
        return watches.values().stream()
                .map(watch -> watch.create.toBuilder().setStartRevision(watch.next))
                .toList();
    }

    boolean isCompleteTo(long revision) {
        return asked.isEmpty()
                && canceling.isEmpty()
                && watches.values().stream().noneMatch(w -> record.nextOwed(w.spec, w.next, revision) != null);
    }

    long lastManualProgress() {
        return lastManualProgress;
    }

    /** True if a manual progress note is owed: there are watches, and none waits for the future (spec W-23). */
    boolean mayBeToldProgress(long revision) {
        return !watches.isEmpty() && watches.values().stream().allMatch(w -> w.spec.startRevision() <= revision);
    }

    /** Checks everything that has arrived. What was found broken once stays so. */
    void check() {
        try {
            for (var answer = client.inbox.poll(); answer != null; answer = client.inbox.poll()) accept(answer);
        } catch (AssertionError e) {
            broken = broken == null ? e : broken;
        }
        if (broken != null) throw new AssertionError(broken);
    }

    private void accept(WatchResponse answer) {
        if (answer.getCreated()) onCreated(answer);
        else if (answer.getCanceled()) onCanceled(answer);
        else if (answer.getEventsCount() > 0) onEvents(answer);
        else onProgress(answer);
    }

    private void onCreated(WatchResponse answer) { // spec W-2, W-6, W-7
        var create = asked.remove();
        if (create.getStartRevision() < 0) {
            assertEquals(-1, answer.getWatchId());
            return;
        }
        long registered = answer.getHeader().getRevision();
        long start = create.getStartRevision() == 0 ? registered + 1 : create.getStartRevision();
        var before = watches.put(answer.getWatchId(), new Expected(create, answer.getWatchId(), start));
        assertNull(before, "an id twice");
    }

    private void onCanceled(WatchResponse answer) { // spec W-25, W-27
        long id = answer.getWatchId();
        var watch = watches.remove(id);
        assertNotNull(watch, () -> "cancelled but unknown: " + answer);
        boolean asked = canceling.remove(id);
        if (answer.getCompactRevision() == 0) {
            assertTrue(asked, "cancelled by nobody");
            return;
        }
        assertTrue(watch.next < answer.getCompactRevision(), "cancelled although it needs nothing compacted");
        assertTrue(answer.getCompactRevision() <= record.compactedRevision());
        assertEquals(0, answer.getHeader().getRevision());
    }

    private void onEvents(WatchResponse answer) {
        fragments.add(answer);
        if (answer.getFragment()) return;
        List<Event> events = new ArrayList<>();
        for (var piece : fragments) {
            assertEquals(answer.getWatchId(), piece.getWatchId(), "another watch between fragments");
            assertEquals(answer.getHeader(), piece.getHeader());
            events.addAll(piece.getEventsList());
        }
        fragments.clear();
        var watch = watches.get(answer.getWatchId());
        assertNotNull(watch, () -> "events of no watch: " + answer);
        record.countChecked(events.size());
        while (!events.isEmpty()) events = checkRevision(watch, events);
        assertTrue(answer.getHeader().getRevision() >= watch.next - 1, "header below the events"); // spec W-16
        assertTrue(answer.getHeader().getRevision() <= record.lastRevision());
    }

    /** Ordered, unique, atomic, free of gaps: exactly the next revision owed, all of it (spec W-14, W-15). */
    private List<Event> checkRevision(Expected watch, List<Event> events) {
        var owed = record.nextOwed(watch.spec, watch.next, record.lastRevision());
        assertNotNull(owed, () -> "more than was written: " + events);
        int count = owed.getValue().size();
        assertTrue(count <= events.size(), () -> "a torn revision: " + events + " of " + owed);
        for (int i = 0; i < count; i++) {
            var event = events.get(i);
            assertEquals(owed.getValue().get(i), event.toBuilder().clearPrevKv().build());
            checkPrevious(watch, event);
        }
        watch.next = owed.getKey() + 1;
        return events.subList(count, events.size());
    }

    private void checkPrevious(Expected watch, Event event) { // spec W-12
        var previous = watch.spec.prevKv() ? record.previous(event) : null;
        boolean compacted = event.getKv().getModRevision() - 1 < record.compactedRevision();
        if (event.hasPrevKv()) assertEquals(previous, event.getPrevKv());
        else assertTrue(previous == null || compacted, () -> "no previous pair: " + event);
    }

    private void onProgress(WatchResponse answer) { // spec W-20 to W-23
        long revision = answer.getHeader().getRevision();
        if (answer.getWatchId() == WatchSpec.NO_ID) {
            assertTrue(mayBeToldProgress(revision));
            watches.values().forEach(watch -> checkProgress(watch, revision));
            lastManualProgress = revision;
        } else {
            var watch = watches.get(answer.getWatchId());
            assertNotNull(watch, () -> "progress of no watch: " + answer);
            assertTrue(watch.spec.progressNotify());
            assertTrue(watch.spec.startRevision() <= revision, "progress of the future");
            checkProgress(watch, revision);
        }
    }

    private void checkProgress(Expected watch, long revision) {
        assertNull(record.nextOwed(watch.spec, watch.next, revision), "progress ahead of events");
    }
}
