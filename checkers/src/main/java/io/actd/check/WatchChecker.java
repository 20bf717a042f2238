package io.actd.check;

import com.google.protobuf.ByteString;
import io.actd.check.History.Rule;
import io.actd.check.History.Violation;
import io.actd.protocol.api.CompactionRequest;
import io.actd.protocol.api.WatchResponse;
import io.actd.protocol.mvcc.Event;
import io.actd.protocol.mvcc.KeyValue;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Verifies one watch against the log (spec W-12 to W-15, W-20). */
final class WatchChecker {
    /**
     * An event the watch must show.
     *
     * @param before the pair it replaced, null if there was none
     */
    private record Expected(Event event, @Nullable KeyValue before) {}

    private final boolean prevKv;
    private final long compacted;
    private final List<Expected> expected = new ArrayList<>();
    private final List<Violation> violations = new ArrayList<>();
    private int seen;
    private long lastRevision;

    private WatchChecker(History history, History.Watch watch) {
        this.prevKv = watch.prevKv();
        this.compacted = history.operations().stream()
                .map(Operation::request)
                .filter(CompactionRequest.class::isInstance)
                .mapToLong(request -> ((CompactionRequest) request).getRevision())
                .max()
                .orElse(0);
        Map<ByteString, KeyValue> live = new HashMap<>();
        for (Event event : history.log()) {
            KeyValue pair = event.getKv();
            boolean put = event.getType() == Event.EventType.PUT;
            KeyValue before = put ? live.put(pair.getKey(), pair) : live.remove(pair.getKey());
            boolean shown = pair.getModRevision() >= watch.from()
                    && KeyRange.contains(watch.key(), watch.rangeEnd(), pair.getKey())
                    && (put ? watch.puts() : watch.deletes());
            if (shown) {
                expected.add(new Expected(event, before));
            }
        }
    }

    /** The violations of this watch; the watch may end anywhere in the log. */
    static List<Violation> check(History history, History.Watch watch) {
        WatchChecker checker = new WatchChecker(history, watch);
        for (WatchResponse answer : watch.answers()) {
            checker.answer(answer);
            if (!checker.violations.isEmpty()) {
                break;
            }
        }
        return checker.violations;
    }

    private void answer(WatchResponse answer) {
        if (answer.getEventsCount() > 0 && answer.getEvents(0).getKv().getModRevision() == lastRevision) {
            report(Rule.WATCH_WHOLE_REVISIONS, "revision " + lastRevision + " is split");
        }
        answer.getEventsList().forEach(this::event);
        boolean progress = answer.getEventsCount() == 0 && !answer.getCreated() && !answer.getCanceled();
        if (progress && seen < expected.size()) {
            long next = expected.get(seen).event().getKv().getModRevision();
            if (next <= answer.getHeader().getRevision()) {
                report(
                        Rule.WATCH_TRUE_PROGRESS,
                        "progress " + answer.getHeader().getRevision() + " before the event of " + next);
            }
        }
    }

    private void event(Event event) {
        Event withoutPrevious = event.toBuilder().clearPrevKv().build();
        boolean right = seen < expected.size() && expected.get(seen).event().equals(withoutPrevious);
        if (right) {
            previous(event, expected.get(seen).before());
        } else {
            report(
                    Rule.WATCH_IS_LOG,
                    "event " + seen + " is " + event + " but the log has "
                            + (seen < expected.size() ? expected.get(seen) : "nothing"));
        }
        seen++;
        lastRevision = event.getKv().getModRevision();
    }

    private void previous(Event event, @Nullable KeyValue before) {
        if (event.hasPrevKv() && (!prevKv || !event.getPrevKv().equals(before))) {
            report(Rule.WATCH_TRUE_PREVIOUS, "before it was " + before + ": " + event);
        }
        boolean mayBeCompacted = event.getKv().getModRevision() - 1 <= compacted;
        if (!event.hasPrevKv() && prevKv && before != null && !mayBeCompacted) {
            report(Rule.WATCH_TRUE_PREVIOUS, "before it was " + before + ", but it says nothing: " + event);
        }
    }

    private void report(Rule rule, String evidence) {
        violations.add(new Violation(rule, evidence));
    }
}
