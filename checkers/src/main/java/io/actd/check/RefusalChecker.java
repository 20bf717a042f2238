package io.actd.check;

import com.google.protobuf.Message;
import io.actd.check.History.Rule;
import io.actd.check.History.Violation;
import io.actd.protocol.Refusal;
import io.actd.protocol.api.CompactionRequest;
import io.actd.protocol.api.RangeRequest;
import io.actd.protocol.api.RequestOp;
import io.actd.protocol.api.TxnRequest;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.LongStream;
import java.util.stream.Stream;

/**
 * Verifies what was refused for its revision (spec RG-4, TX-8, C-1): the future is what was not complete when the call
 * began, and what is compacted somebody asked to compact before the answer came.
 */
final class RefusalChecker {
    private final RealTime completed;
    private final RealTime compactions;
    private final List<Violation> violations = new ArrayList<>();

    private RefusalChecker(RealTime completed, RealTime compactions) {
        this.completed = completed;
        this.compactions = compactions;
    }

    static List<Violation> check(History history, RealTime completed, RealTime compactions) {
        RefusalChecker checker = new RefusalChecker(completed, compactions);
        for (Operation operation : history.operations()) {
            if (operation.outcome() instanceof Operation.Refused refused) checker.refused(operation, refused.why());
        }
        return checker.violations;
    }

    private void refused(Operation operation, String why) {
        if (why.equals(Refusal.FUTURE_REVISION.text())) future(operation);
        else if (why.equals(Refusal.COMPACTED.text())) compacted(operation);
    }

    /** What a member has for itself may be older than what others have. */
    private void future(Operation operation) {
        if (operation.isSerializable()) return;
        long newest = revisions(operation.request()).max().orElse(0);
        long complete = Math.max(1, completed.before(operation.callNanos())); // the empty store is at 1
        if (newest <= complete) report(Rule.NOT_STALE, "called the future behind " + complete + ": " + operation);
    }

    /** A range is refused below the compacted revision, a compaction at it, too. */
    private void compacted(Operation operation) {
        long called = compactions.before(operation.returnNanos());
        long readable = operation.request() instanceof CompactionRequest ? called + 1 : called;
        long oldest = revisions(operation.request()).min().orElse(Long.MAX_VALUE);
        if (oldest >= readable)
            report(Rule.TRUE_COMPACTION, "asked for was no compaction beyond " + called + ": " + operation);
    }

    /** Those it names, on either path. */
    private static LongStream revisions(Message request) {
        return switch (request) {
            case RangeRequest range -> LongStream.of(range.getRevision()).filter(revision -> revision > 0);
            case CompactionRequest compaction -> LongStream.of(compaction.getRevision());
            case TxnRequest txn ->
                Stream.of(txn.getSuccessList(), txn.getFailureList())
                        .flatMap(List::stream)
                        .flatMapToLong(RefusalChecker::revisionsOf);
            default -> LongStream.empty();
        };
    }

    private static LongStream revisionsOf(RequestOp op) {
        if (op.hasRequestRange()) return revisions(op.getRequestRange());
        return op.hasRequestTxn() ? revisions(op.getRequestTxn()) : LongStream.empty();
    }

    private void report(Rule rule, String evidence) {
        violations.add(new Violation(rule, evidence));
    }
}
