package io.actd.check;

import com.google.protobuf.ByteString;
import io.actd.check.History.Rule;
import io.actd.check.History.Violation;
import io.actd.check.LeaseStory.Renewal;
import io.actd.protocol.api.LeaseRevokeRequest;
import io.actd.protocol.mvcc.Event;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Set;
import java.util.TreeMap;

/**
 * Verifies that leases live exactly as long as they were promised: not shorter, not much longer, and none comes back to
 * life (spec L-2, L-5; faults L1, L3).
 *
 * <p>How much longer a lease may live depends on how long there was no leader; that is for the scenario to say.
 */
public final class LeaseChecker {
    private final double fastestClock;
    private final long latenessNanos;
    private final Map<ByteString, Long> endings = new HashMap<>(); // revision of the deletion, by key
    private final Map<Long, Long> revokedNanos = new HashMap<>(); // when a revocation was answered, by lease
    private final Set<ByteString> put = new HashSet<>();
    private final List<Operation> answered;
    private final NavigableMap<Long, Long> firstSeen = new TreeMap<>(); // time of each revision or a later one
    private final List<Violation> violations = new ArrayList<>();

    private LeaseChecker(History history, double fastestClock, long latenessNanos) {
        this.fastestClock = fastestClock;
        this.latenessNanos = latenessNanos;
        for (Event event : history.log()) {
            if (event.getType() == Event.EventType.DELETE)
                endings.put(event.getKv().getKey(), event.getKv().getModRevision());
            else put.add(event.getKv().getKey());
        }
        this.answered = history.operations().stream()
                .filter(operation -> operation.outcome() instanceof Operation.Answered)
                .toList();
        for (Operation operation : answered) {
            if (operation.request() instanceof LeaseRevokeRequest revoke)
                revokedNanos.merge(revoke.getID(), operation.returnNanos(), Math::min);
            firstSeen.merge(revision(operation), operation.returnNanos(), Math::min);
        }
        long earliest = Long.MAX_VALUE;
        for (Map.Entry<Long, Long> seen : firstSeen.descendingMap().entrySet()) {
            earliest = Math.min(earliest, seen.getValue());
            seen.setValue(earliest);
        }
    }

    /** As below, however late leases end. */
    public static List<Violation> check(History history, List<LeaseStory> stories, double fastestClock) {
        return check(history, stories, fastestClock, LeaseStory.NEVER);
    }

    /**
     * The violations found.
     *
     * @param fastestClock how many seconds the fastest clock of a member counts in a true one; the slowest counts the
     *     inverse
     * @param latenessNanos how long after its time a lease may still be there; {@link LeaseStory#NEVER} for any time
     */
    public static List<Violation> check(
            History history, List<LeaseStory> stories, double fastestClock, long latenessNanos) {
        LeaseChecker checker = new LeaseChecker(history, fastestClock, latenessNanos);
        stories.forEach(checker::check);
        return checker.violations;
    }

    private void check(LeaseStory story) {
        long ending = endings.getOrDefault(ByteString.copyFromUtf8(story.key()), Long.MAX_VALUE);
        long revoked = revokedNanos.getOrDefault(story.id(), LeaseStory.NEVER);
        long gone = Math.min(Math.min(firstSeen(ending), story.refusedNanos()), revoked);
        long sureNanos = (long) (story.ttlNanos() / fastestClock);
        for (Renewal renewal : story.renewals()) {
            if (renewal.callNanos() > gone)
                report(Rule.LEASE_STAYS_GONE, "gone at " + gone + ", renewed by " + renewal + ": " + story);
            else if (!story.revoked() && gone < renewal.callNanos() + sureNanos)
                report(Rule.LEASE_NOT_EARLY, "gone at " + gone + " after " + renewal + ": " + story);
        }
        checkNotLate(story, ending);
    }

    /** When somebody first had an answer that showed this revision. */
    private long firstSeen(long revision) {
        Map.Entry<Long, Long> seen = firstSeen.ceilingEntry(revision);
        return seen == null ? LeaseStory.NEVER : seen.getValue();
    }

    /** Whatever was asked for after its time, and is no old state by right, shows a revision at which it has ended. */
    private void checkNotLate(LeaseStory story, long ending) {
        boolean unknown = latenessNanos == LeaseStory.NEVER || story.lastTriedNanos() == LeaseStory.NEVER;
        if (unknown || !put.contains(ByteString.copyFromUtf8(story.key()))) return;
        long due = story.lastTriedNanos() + (long) (story.ttlNanos() * fastestClock) + latenessNanos;
        answered.stream()
                .filter(operation -> operation.callNanos() > due && !operation.isSerializable())
                .filter(operation -> revision(operation) < ending)
                .findFirst()
                .ifPresent(still -> report(Rule.LEASE_NOT_LATE, "due at " + due + ", still there: " + still));
    }

    private static long revision(Operation operation) {
        return operation.outcome() instanceof Operation.Answered answer ? Operation.revision(answer.response()) : 0;
    }

    private void report(Rule rule, String evidence) {
        violations.add(new Violation(rule, evidence));
    }
}
