package io.actd.watch;

import com.google.protobuf.ByteString;
import io.actd.mvcc.MvccStore;
import io.actd.protocol.mvcc.Event;
import java.util.ArrayList;
import java.util.List;

/**
 * One page of history read for several watches of one stream that are about equally far behind. Immutable, blocking,
 * run on a thread for that.
 *
 * @param parts which watches, and what each still needs
 */
record HistoryScan(List<Part> parts, int maxRevisions, long maxBytes) {
    /** @param from lowest revision the watch has not got */
    record Part(WatchSpec spec, long from) {}

    /**
     * What was found.
     *
     * @param storeRevision store revision when reading began: headers carry it (spec W-16)
     * @param compacted the store refused; parts that need a revision below {@code compactedRevision} can not go on
     * @param nextRevision every revision below was read
     * @param selected for each part, in order, what its client is to see; empty if refused
     */
    record Result(
            long storeRevision,
            boolean compacted,
            long compactedRevision,
            long nextRevision,
            List<List<Event>> selected) {}

    Result run(MvccStore store) {
        long to = store.revision();
        long from = parts.stream().mapToLong(Part::from).min().orElseThrow();
        var collected = new ArrayList<List<Event>>(parts.size());
        for (int i = 0; i < parts.size(); i++) collected.add(new ArrayList<>());
        if (from > to) return new Result(to, false, 0, from, collected);

        var index = index();
        var page = store.history(from, to, index::covers, maxRevisions, maxBytes);
        if (page.refusal() != null) return new Result(to, true, store.compactedRevision(), from, List.of());
        for (var revision : page.revisions()) {
            for (var event : revision.events()) {
                ByteString key = event.getKv().getKey();
                index.forEachContaining(key, interested -> {
                    for (int part : interested) {
                        if (parts.get(part).from() <= revision.revision())
                            collected.get(part).add(event);
                    }
                });
            }
        }
        for (int i = 0; i < parts.size(); i++) {
            collected.set(i, parts.get(i).spec().select(collected.get(i), store));
        }
        return new Result(to, false, 0, page.nextRevision(), collected);
    }

    /** Which parts, by number, look at which keys. */
    private KeyRangeMap<List<Integer>> index() {
        var index = new KeyRangeMap<List<Integer>>();
        for (int i = 0; i < parts.size(); i++) {
            index.computeIfAbsent(parts.get(i).spec().range(), ArrayList::new).add(i);
        }
        return index;
    }
}
