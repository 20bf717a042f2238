package io.actd.check;

import com.google.protobuf.ByteString;
import io.actd.check.History.Rule;
import io.actd.check.History.Violation;
import io.actd.check.LeaseStory.Renewal;
import io.actd.protocol.mvcc.Event;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Verifies that leases live at least as long as they were promised, and that none comes back to life.
 *
 * <p>How late a lease may end depends on how long there was no leader; that is for the scenario to say.
 */
public final class LeaseChecker {
    private final double slowestClock;
    private final Map<ByteString, Long> endings = new HashMap<>();
    private final List<Operation> answered;

    private LeaseChecker(History history, double slowestClock) {
        this.slowestClock = slowestClock;
        for (Event event : history.log()) {
            if (event.getType() == Event.EventType.DELETE)
                endings.put(event.getKv().getKey(), event.getKv().getModRevision());
        }
        this.answered = history.operations().stream()
                .filter(operation -> operation.outcome() instanceof Operation.Answered)
                .toList();
    }

    /**
     * The violations found.
     *
     * @param fastestClock how many seconds the fastest clock of a member counts in a true one
     */
    public static List<Violation> check(History history, List<LeaseStory> stories, double fastestClock) {
        LeaseChecker checker = new LeaseChecker(history, 1 / fastestClock);
        List<Violation> violations = new ArrayList<>();
        for (LeaseStory story : stories) checker.check(story, violations);
        return violations;
    }

    private void check(LeaseStory story, List<Violation> violations) {
        Long ending = endings.get(ByteString.copyFromUtf8(story.key()));
        if (ending == null || story.revoked()) return;
        long seenGone = firstSeen(ending);
        long sureNanos = (long) (story.ttlNanos() * slowestClock);
        for (Renewal renewal : story.renewals()) {
            if (renewal.callNanos() > seenGone)
                violations.add(new Violation(
                        Rule.LEASE_STAYS_GONE, "gone at " + seenGone + ", renewed by " + renewal + ": " + story));
            else if (seenGone < renewal.callNanos() + sureNanos)
                violations.add(new Violation(
                        Rule.LEASE_NOT_EARLY, "gone at " + seenGone + " after " + renewal + ": " + story));
        }
    }

    /** When somebody first had an answer that showed this revision. */
    private long firstSeen(long revision) {
        return answered.stream()
                .filter(operation -> operation.outcome() instanceof Operation.Answered answer
                        && Operation.revision(answer.response()) >= revision)
                .mapToLong(Operation::returnNanos)
                .min()
                .orElse(Long.MAX_VALUE);
    }
}
