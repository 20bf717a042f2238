package io.actd.check;

import com.google.protobuf.ByteString;
import io.actd.check.History.Rule;
import io.actd.check.History.Violation;
import io.actd.protocol.api.WatchResponse;
import io.actd.protocol.mvcc.Event;
import io.actd.protocol.mvcc.KeyValue;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Verifies one watch against the log (spec W-12 to W-15, W-20, W-25, W-30). The watch may end anywhere in the log. Stops at
 * the first answer that breaks a promise: what comes behind it would only follow from that.
 */
final class WatchChecker {
    /**
     * An event the watch must show.
     *
     * @param before the pair it replaced, null if there was none
     */
    private record Expected(Event event, @Nullable KeyValue before) {}

    private final History.Watch watch;
    private final List<Expected> expected = new ArrayList<>();
    private final List<Violation> violations = new ArrayList<>();
    private int answered; // answers looked at
    private int seen; // events shown, the first ones expected
    private long next; // first revision of which its client may have missed something
    private boolean begins = true; // nothing was shown since the watch was opened, or opened again

    private WatchChecker(List<Event> log, History.Watch watch) {
        this.watch = watch;
        this.next = watch.from();
        Map<ByteString, KeyValue> live = new HashMap<>();
        for (Event event : log) {
            KeyValue pair = event.getKv();
            if (!KeyRange.contains(watch.key(), watch.rangeEnd(), pair.getKey())) {
                continue;
            }
            boolean put = event.getType() == Event.EventType.PUT;
            KeyValue before = put ? live.put(pair.getKey(), pair) : live.remove(pair.getKey());
            boolean shown = pair.getModRevision() >= watch.from() && (put ? watch.puts() : watch.deletes());
            if (shown) {
                expected.add(new Expected(event, before));
            }
        }
    }

    static List<Violation> check(List<Event> log, RealTime compactions, History.Watch watch) {
        WatchChecker checker = new WatchChecker(log, watch);
        for (History.Answer answer : watch.answers()) {
            checker.answered++;
            checker.answer(answer.response(), compactions.before(answer.nanos()));
            if (!checker.violations.isEmpty()) {
                break;
            }
        }
        return checker.violations;
    }

    /** @param compacted up to where compactions had been asked for when it came */
    private void answer(WatchResponse answer, long compacted) {
        if (answer.getCreated()) {
            begins = true;
        }
        for (Event event : answer.getEventsList()) {
            if (!event(event, compacted)) {
                return;
            }
        }
        if (answer.getEventsCount() > 0) {
            checkWhole(answer);
        } else if (answer.getCompactRevision() > 0) {
            checkOvertaken(answer.getCompactRevision(), compacted);
        } else if (!answer.getCreated() && !answer.getCanceled()) {
            checkProgress(answer.getHeader().getRevision());
        }
    }

    /** False if it is not the one that must come now. */
    private boolean event(Event event, long compacted) {
        if (seen < expected.size() && expected.get(seen).event().equals(withoutPrevious(event))) {
            previous(event, expected.get(seen).before(), compacted);
            seen++;
            begins = false;
            return true;
        }
        String next = seen < expected.size() ? expected.get(seen).toString() : "nothing";
        report(whatIsWrong(event), "event " + seen + " is " + event + " but the log has " + next);
        return false;
    }

    private Rule whatIsWrong(Event event) {
        int at = IntStream.range(0, expected.size())
                .filter(i -> expected.get(i).event().equals(withoutPrevious(event)))
                .findFirst()
                .orElse(-1);
        if (at == -1) {
            return Rule.WATCH_TRUE_EVENTS;
        }
        if (at < seen) {
            return Rule.WATCH_UNIQUE;
        }
        if (comesLater(expected.get(seen).event())) {
            return Rule.WATCH_ORDERED;
        }
        return begins ? Rule.WATCH_RESUMABLE : Rule.WATCH_RELIABLE;
    }

    /** Whether an event that was left out comes all the same, in this answer or a later one. */
    private boolean comesLater(Event leftOut) {
        return watch.answers().subList(answered - 1, watch.answers().size()).stream()
                .flatMap(answer -> answer.response().getEventsList().stream())
                .anyMatch(event -> withoutPrevious(event).equals(leftOut));
    }

    private void checkWhole(WatchResponse answer) {
        long last = answer.getEvents(answer.getEventsCount() - 1).getKv().getModRevision();
        next = last + 1;
        if (seen < expected.size() && expected.get(seen).event().getKv().getModRevision() == last) {
            report(Rule.WATCH_ATOMIC, "revision " + last + " is split: " + expected.get(seen) + " is missing");
        }
    }

    private void checkProgress(long revision) {
        next = Math.max(next, revision + 1);
        if (seen < expected.size()) {
            long missing = expected.get(seen).event().getKv().getModRevision();
            if (missing <= revision) {
                report(Rule.WATCH_TRUE_PROGRESS, "progress " + revision + " before the event of " + missing);
            }
        }
    }

    /** Spec W-25: it ends there, and its client goes on at the compacted revision, so what is between is lost. */
    private void checkOvertaken(long told, long compacted) {
        if (told > compacted)
            report(Rule.TRUE_COMPACTION, "told of a compaction to " + told + ", asked for were some to " + compacted);
        if (next >= told) report(Rule.WATCH_GOES_ON, "needs " + next + ", cancelled for a compaction to " + told);
    }

    private void previous(Event event, @Nullable KeyValue before, long compacted) {
        boolean asked = watch.prevKv();
        if (event.hasPrevKv() && (!asked || !event.getPrevKv().equals(before))) {
            report(Rule.WATCH_TRUE_PREVIOUS, "before it was " + before + ": " + event);
        }
        boolean mayBeCompacted = event.getKv().getModRevision() <= compacted; // spec C-4
        if (!event.hasPrevKv() && asked && before != null && !mayBeCompacted) {
            report(Rule.WATCH_TRUE_PREVIOUS, "before it was " + before + ", but it says nothing: " + event);
        }
    }

    private static Event withoutPrevious(Event event) {
        return event.toBuilder().clearPrevKv().build();
    }

    private void report(Rule rule, String evidence) {
        violations.add(new Violation(rule, evidence));
    }
}
