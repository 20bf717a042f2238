package io.actd.check;

import io.actd.check.History.Rule;
import io.actd.check.History.Violation;
import io.actd.check.LeaseStory.Renewal;
import io.actd.protocol.mvcc.KeyValue;
import java.util.ArrayList;
import java.util.List;

/**
 * Verifies that leases live at least as long as they were promised, that none comes back to life, and that nothing hangs
 * on one that has ended (spec L-2, L-4, L-5; faults L1, L3). How much longer one may live is {@link LatenessChecker}'s.
 */
public final class LeaseChecker {
    private final double fastestClock;
    private final LeaseEnds ends;
    private final List<Violation> violations = new ArrayList<>();

    private LeaseChecker(History history, double fastestClock) {
        this.fastestClock = fastestClock;
        this.ends = new LeaseEnds(history);
    }

    /**
     * The violations found.
     *
     * @param fastestClock how many seconds the fastest clock of a member counts in a true one
     */
    public static List<Violation> check(History history, List<LeaseStory> stories, double fastestClock) {
        LeaseChecker checker = new LeaseChecker(history, fastestClock);
        stories.forEach(checker::check);
        return checker.violations;
    }

    private void check(LeaseStory story) {
        long gone = ends.nanos(story);
        long sureNanos = (long) (story.ttlNanos() / fastestClock);
        for (Renewal renewal : story.renewals()) {
            if (renewal.callNanos() > gone)
                report(Rule.LEASE_STAYS_GONE, "gone at " + gone + ", renewed by " + renewal + ": " + story);
            else if (!story.revoked() && gone < renewal.callNanos() + sureNanos)
                report(Rule.LEASE_NOT_EARLY, "gone at " + gone + " after " + renewal + ": " + story);
        }
        for (KeyValue left : ends.leftBy(story)) report(Rule.LEASE_LEAVES_NOTHING, left + " is left by " + story);
    }

    private void report(Rule rule, String evidence) {
        violations.add(new Violation(rule, evidence));
    }
}
