package io.actd.e2e.differential;

import com.google.protobuf.ByteString;
import com.google.protobuf.Message;
import io.actd.check.KeyRange;
import io.etcd.jetcd.api.CompactionRequest;
import io.etcd.jetcd.api.Event;
import io.etcd.jetcd.api.ResponseHeader;
import io.etcd.jetcd.api.WatchCreateRequest;
import io.etcd.jetcd.api.WatchResponse;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** What the generator needs to know of the store to ask interesting questions; learnt from etcd's answers. */
final class StoreView {
    /**
     * An opened watcher.
     *
     * @param from the first revision whose events it gets
     * @param compactedAtOpening the compacted revision when it was opened
     */
    record Watcher(Step.WatcherId id, WatchCreateRequest request, long from, long compactedAtOpening) {

        /** Whether it needs history that is gone, so that nothing but its end will come (spec W-9). */
        boolean isDoomed() {
            return from < compactedAtOpening;
        }

        /** What it must get of this log, apart from previous pairs. */
        List<Event> expected(List<Event> log) {
            ByteString start = request.getKey().isEmpty() ? KeyRange.ZERO : request.getKey(); // spec W-3
            return isDoomed()
                    ? List.of()
                    : log.stream()
                            .filter(event -> event.getKv().getModRevision() >= from)
                            .filter(event -> KeyRange.contains(
                                    start, request.getRangeEnd(), event.getKv().getKey()))
                            .filter(event -> !request.getFiltersValueList()
                                    .contains(event.getType().getNumber())) // NOPUT is 0 as PUT is
                            .toList();
        }
    }

    private long revision = 1;
    private long compacted = -1;
    private final Map<Step.WatcherId, Watcher> opened = new HashMap<>();
    private final Set<Step.WatcherId> cancelled = new HashSet<>();
    private final List<Watcher> open = new ArrayList<>();

    void learn(Step step, Outcome outcome) {
        if (!(outcome instanceof Outcome.Answer answer)) {
            return;
        }
        learnRevision(answer.message());
        switch (step) {
            case Step.Call<?, ?> call
            when call.request() instanceof CompactionRequest compaction -> compacted = compaction.getRevision();
            case Step.OpenWatch watch
            when answer.message() instanceof WatchResponse created -> learnWatcher(watch, created);
            case Step.CancelWatch cancel -> {
                cancelled.add(cancel.watcher());
                open.removeIf(watcher -> watcher.id().equals(cancel.watcher()));
            }
            default -> {}
        }
    }

    private void learnRevision(Message message) {
        var field = message.getDescriptorForType().findFieldByName("header");
        if (field != null) {
            revision = Math.max(revision, ((ResponseHeader) message.getField(field)).getRevision());
        }
    }

    private void learnWatcher(Step.OpenWatch watch, WatchResponse created) {
        if (created.getCanceled() || watch.request().getStartRevision() < 0) {
            return;
        }
        var id = new Step.WatcherId(watch.stream(), created.getWatchId());
        long start = watch.request().getStartRevision();
        long from = start > 0 ? start : created.getHeader().getRevision() + 1; // spec W-5
        Watcher watcher = new Watcher(id, watch.request(), from, compacted);
        opened.put(id, watcher);
        if (!watcher.isDoomed()) {
            open.add(watcher);
        }
    }

    /** The newest revision seen. */
    long revision() {
        return revision;
    }

    /** The compacted revision, −1 if never. */
    long compacted() {
        return compacted;
    }

    /** Watchers that can be cancelled. */
    List<Watcher> open() {
        return open;
    }

    /** Whether an explicit id was ever used on this stream. */
    boolean wasUsed(int stream, long id) {
        return opened.containsKey(new Step.WatcherId(stream, id));
    }

    /** Whether the watcher was cancelled, maybe before it had caught up. */
    boolean isCancelled(Watcher watcher) {
        return cancelled.contains(watcher.id());
    }

    /** All watchers ever opened, cancelled ones included. */
    Iterable<Watcher> all() {
        return opened.values();
    }
}
