package io.actd.e2e.history;

import io.actd.e2e.client.KeyRange;
import io.actd.e2e.history.History.Rule;
import io.actd.e2e.history.History.Violation;
import io.etcd.jetcd.api.Event;
import io.etcd.jetcd.api.WatchResponse;
import java.util.ArrayList;
import java.util.List;

/** Verifies one watch against the log (spec W-14, W-15, W-20). */
final class WatchChecker {
    private final List<Event> expected;
    private final List<Violation> violations = new ArrayList<>();
    private int seen;
    private long lastRevision;

    private WatchChecker(List<Event> expected) {
        this.expected = expected;
    }

    /** The violations of this watch; the watch may end anywhere in the log. */
    static List<Violation> check(List<Event> log, History.Watch watch) {
        WatchChecker checker = new WatchChecker(log.stream()
                .filter(event -> event.getKv().getModRevision() >= watch.from())
                .filter(event -> KeyRange.contains(
                        watch.key(), watch.rangeEnd(), event.getKv().getKey()))
                .toList());
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
            violations.add(new Violation(Rule.WATCH_WHOLE_REVISIONS, "revision " + lastRevision + " is split"));
        }
        for (Event event : answer.getEventsList()) {
            event(event);
        }
        boolean progress = answer.getEventsCount() == 0 && !answer.getCreated() && !answer.getCanceled();
        if (progress && seen < expected.size()) {
            long next = expected.get(seen).getKv().getModRevision();
            if (next <= answer.getHeader().getRevision()) {
                violations.add(new Violation(
                        Rule.WATCH_TRUE_PROGRESS,
                        "progress " + answer.getHeader().getRevision() + " before the event of " + next));
            }
        }
    }

    private void event(Event event) {
        Event withoutPrevious = event.toBuilder().clearPrevKv().build();
        if (seen >= expected.size() || !expected.get(seen).equals(withoutPrevious)) {
            violations.add(new Violation(
                    Rule.WATCH_IS_LOG,
                    "event " + seen + " is " + event + " but the log has "
                            + (seen < expected.size() ? expected.get(seen) : "nothing")));
        }
        seen++;
        lastRevision = event.getKv().getModRevision();
    }
}
