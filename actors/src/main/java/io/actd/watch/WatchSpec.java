package io.actd.watch;

import com.google.protobuf.ByteString;
import io.actd.mvcc.KeyRange;
import io.actd.mvcc.MvccStore;
import io.actd.protocol.Refusal;
import io.actd.protocol.api.WatchCreateRequest;
import io.actd.protocol.api.WatchCreateRequest.FilterType;
import io.actd.protocol.mvcc.Event;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongPredicate;
import org.jspecify.annotations.Nullable;

/**
 * One watch as its client asked for it.
 *
 * @param id unique among the watches of its stream
 * @param startRevision 0: from now on (spec W-5)
 * @param puts false with filter NOPUT (spec W-13)
 * @param deletes false with filter NODELETE
 */
record WatchSpec(
        long id,
        KeyRange range,
        long startRevision,
        boolean puts,
        boolean deletes,
        boolean prevKv,
        boolean progressNotify,
        boolean fragment) {
    /** The id in every refused creation (spec W-8); so it can not name a watch. */
    static final long NO_ID = -1;

    private static final ByteString ZERO = ByteString.copyFrom(new byte[] {0});

    /** Why the watch can not be made, null if it can; in the order of spec W-8. */
    static @Nullable Refusal refusal(WatchCreateRequest create, LongPredicate inUse) {
        if (create.getStartRevision() < 0) return Refusal.COMPACTED;
        var range = rangeOf(create);
        if (!range.isSingle() && !range.isOpen() && !range.contains(range.key())) return Refusal.WATCH_RANGE_EMPTY;
        long id = create.getWatchId();
        // Spec §21 no. 8: an explicit -1 would be indistinguishable from a refusal.
        if (id == NO_ID || (id != 0 && inUse.test(id))) return Refusal.WATCH_DUPLICATE_ID;
        return null;
    }

    static WatchSpec of(WatchCreateRequest create, long id) {
        // Filter numbers nobody defined are ignored (spec W-10).
        var filters = create.getFiltersList();
        return new WatchSpec(
                id,
                rangeOf(create),
                create.getStartRevision(),
                !filters.contains(FilterType.NOPUT),
                !filters.contains(FilterType.NODELETE),
                create.getPrevKv(),
                create.getProgressNotify(),
                create.getFragment());
    }

    /** Spec W-3: an empty key is the lowest key. */
    private static KeyRange rangeOf(WatchCreateRequest create) {
        return KeyRange.of(create.getKey().isEmpty() ? ZERO : create.getKey(), create.getRangeEnd());
    }

    /** What the client is to see of events inside the range: filtered, with previous pairs. May read the store. */
    List<Event> select(List<Event> events, MvccStore store) {
        if (puts && deletes && !prevKv) return events;
        var selected = new ArrayList<Event>(events.size());
        for (var event : events) {
            if (event.getType() == Event.EventType.PUT ? puts : deletes) {
                selected.add(prevKv ? withPrevious(event, store) : event);
            }
        }
        return selected;
    }

    /** Spec W-12. */
    private static Event withPrevious(Event event, MvccStore store) {
        var kv = event.getKv();
        boolean creation = event.getType() == Event.EventType.PUT && kv.getCreateRevision() == kv.getModRevision();
        if (creation) return event;
        var previous = store.getAt(kv.getKey(), kv.getModRevision() - 1);
        return previous == null ? event : event.toBuilder().setPrevKv(previous).build();
    }
}
