package io.actd.check;

import io.actd.check.History.Rule;
import io.actd.check.History.Violation;
import io.actd.protocol.api.RangeRequest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * Verifies that leases end in time, as far as clients can tell who know only of changes of leader: without a majority
 * nothing ends, so the longest silence of the cluster meanwhile is forgiven (spec L-5, L-6).
 */
public final class LatenessChecker {
    /**
     * @param violations one for each lease that outlived what it was owed by more than the longest silence
     * @param worstNanos how long after what it was owed, and without that silence, the latest ended
     * @param changesOfLeader that a lease lived through which was then seen to end
     */
    public record Result(List<Violation> violations, long worstNanos, int changesOfLeader) {}

    private final LeaseEnds ends;
    private final Reigns reigns;
    private final long electionNanos;
    private final long graceNanos;
    private final long endNanos;
    private final long[] writesDone; // ascending
    private final List<Violation> violations = new ArrayList<>();
    private final List<Reigns.Life> lives = new ArrayList<>();
    private long worstNanos;

    private LatenessChecker(History history, Duration election, Duration grace, long endNanos) {
        this.ends = new LeaseEnds(history);
        this.reigns = new Reigns(history.operations());
        this.electionNanos = election.toNanos();
        this.graceNanos = grace.toNanos();
        this.endNanos = endNanos;
        this.writesDone = history.operations().stream()
                .filter(operation -> operation.outcome() instanceof Operation.Answered)
                .filter(operation -> !(operation.request() instanceof RangeRequest))
                .mapToLong(Operation::returnNanos)
                .sorted()
                .toArray();
    }

    /**
     * @param election what a new leader adds to a lease's whole time
     * @param grace what a leader may take to end what is due
     * @param endNanos what was not seen by then had not happened
     */
    public static Result check(
            History history, List<LeaseStory> stories, Duration election, Duration grace, long endNanos) {
        LatenessChecker checker = new LatenessChecker(history, election, grace, endNanos);
        stories.forEach(checker::check);
        return new Result(checker.violations, checker.worstNanos, checker.reigns.changesWithin(checker.lives));
    }

    private void check(LeaseStory story) {
        long ended = ends.nanos(story);
        if (ended == LeaseStory.NEVER && !ends.hadKey(story)) return; // nothing would show its end
        if (ended != LeaseStory.NEVER) lives.add(new Reigns.Life(story.grantedNanos(), ended));
        long end = Math.min(ended, endNanos);
        long deadline = reigns.deadline(story.dueNanos(), story.ttlNanos() + electionNanos, graceNanos);
        long silence = Silence.longest(writesDone, deadline - graceNanos, end);
        worstNanos = Math.max(worstNanos, end - deadline + graceNanos - silence);
        if (end - deadline > silence) report(story, end, deadline, silence);
    }

    private void report(LeaseStory story, long end, long deadline, long silence) {
        violations.add(new Violation(
                Rule.LEASE_NOT_LATE,
                "ended at %d, %d ms after its time, %d ms after it was owed, silence of %d ms: %s"
                        .formatted(
                                end,
                                (end - story.dueNanos()) / 1_000_000,
                                (end - deadline) / 1_000_000,
                                silence / 1_000_000,
                                story)));
    }
}
