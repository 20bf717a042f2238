package io.actd.watch;

import com.google.protobuf.ByteString;
import io.actd.protocol.mvcc.Event;
import io.actd.protocol.mvcc.KeyValue;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Everything that was ever written, and what the client of a watch is owed of it. */
final class EventRecord {
    private final NavigableMap<Long, List<Event>> revisions = new TreeMap<>();
    private final Map<ByteString, TreeMap<Long, Event>> keys = new HashMap<>();
    private long compactedRevision = -1;
    private int checkedEvents;

    void add(long revision, List<Event> events) {
        revisions.put(revision, List.copyOf(events));
        for (var event : events) {
            keys.computeIfAbsent(event.getKv().getKey(), key -> new TreeMap<>()).put(revision, event);
        }
    }

    void compacted(long revision) {
        compactedRevision = revision;
    }

    long compactedRevision() {
        return compactedRevision;
    }

    long lastRevision() {
        return revisions.isEmpty() ? 1 : revisions.lastKey();
    }

    /** Events a watch is owed of the first revision from {@code from} to {@code to} that has any; null if none has. */
    Map.@Nullable Entry<Long, List<Event>> nextOwed(WatchSpec watch, long from, long to) {
        if (from > to) return null;
        for (var entry : revisions.subMap(from, true, to, true).entrySet()) {
            var events = entry.getValue().stream()
                    .filter(event -> watch.range().contains(event.getKv().getKey()))
                    .filter(event -> event.getType() == Event.EventType.PUT ? watch.puts() : watch.deletes())
                    .toList();
            if (!events.isEmpty()) return Map.entry(entry.getKey(), events);
        }
        return null;
    }

    /** The pair before this event, null if there was none (spec W-12). */
    @Nullable
    KeyValue previous(Event event) {
        var history = keys.get(event.getKv().getKey());
        if (history == null) throw new AssertionError("an event of a key never written: " + event);
        var before = history.lowerEntry(event.getKv().getModRevision());
        boolean existed = before != null && before.getValue().getType() == Event.EventType.PUT;
        return existed ? before.getValue().getKv() : null;
    }

    void countChecked(int events) {
        checkedEvents += events;
    }

    int checkedEvents() {
        return checkedEvents;
    }
}
