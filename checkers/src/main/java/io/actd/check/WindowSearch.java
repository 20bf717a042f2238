package io.actd.check;

import io.actd.protocol.api.DeleteRangeRequest;
import io.actd.protocol.api.PutRequest;
import io.actd.protocol.api.RequestOp;
import io.actd.protocol.api.TxnRequest;
import io.actd.protocol.mvcc.Event;
import io.actd.protocol.mvcc.KeyValue;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Cuts a long history at moments when no call was under way, and searches each window with {@link WglChecker} on
 * {@link PairsModel}: a second judgement that shares neither the order of revisions nor the model of answers with
 * {@link RevisionOrderChecker}.
 *
 * <p>A window begins with the pairs as of the newest revision answered before it. Revisions that appear in the log
 * meanwhile, and are not of an answered call the model knows, count as writes that may or may not happen at any time.
 * The log has to be without gaps, as {@link RevisionOrderChecker} makes sure.
 */
public final class WindowSearch {
    private static final int MAX_CASES = 200_000;

    private final int leastOperations;
    private final KvModel model = new KvModel();
    private final List<Operation> byCall;
    private final List<String> failures = new ArrayList<>();
    private int windows;
    private int operations;

    /**
     * What the search found.
     *
     * @param windows how many were searched
     * @param operations calls in them
     * @param failures the windows for which no order was found, or none in the time allowed
     */
    public record Result(int windows, int operations, List<String> failures) {
        public Result {
            failures = List.copyOf(failures);
        }
    }

    private WindowSearch(History history, int leastOperations) {
        this.leastOperations = leastOperations;
        byCall = history.operations().stream()
                .filter(operation -> operation.outcome() instanceof Operation.Answered)
                .sorted(Comparator.comparingLong(Operation::callNanos))
                .toList();
        List<Event> revision = new ArrayList<>();
        for (Event event : history.log()) {
            if (event.getKv().getModRevision() > model.revision() + 1) {
                model.append(revision);
                revision.clear();
            }
            revision.add(event);
        }
        if (!revision.isEmpty()) model.append(revision);
    }

    /** @param leastOperations a window holds so many calls at least, but for the last one */
    public static Result check(History history, int leastOperations) {
        WindowSearch search = new WindowSearch(history, leastOperations);
        search.run();
        return new Result(search.windows, search.operations, search.failures);
    }

    private void run() {
        List<Operation> window = new ArrayList<>();
        long begin = 1; // revision
        long lastReturn = Long.MIN_VALUE;
        for (Operation operation : byCall) {
            if (operation.callNanos() > lastReturn && window.size() >= leastOperations) {
                begin = search(window, begin);
                window.clear();
            }
            window.add(operation);
            lastReturn = Math.max(lastReturn, operation.returnNanos());
        }
        if (!window.isEmpty()) search(window, begin);
    }

    /** Returns the newest revision answered up to the end of the window. */
    private long search(List<Operation> window, long begin) {
        long end = window.stream().mapToLong(WindowSearch::revision).reduce(begin, Math::max);
        List<Operation> known = new ArrayList<>();
        Set<Long> owned = new HashSet<>();
        for (Operation operation : window) {
            if (!PairsModel.knows(operation.request())) continue;
            known.add(operation);
            if (operation.outcome() instanceof Operation.Answered answer && Operation.saysChanged(answer.response()))
                owned.add(revision(operation));
        }
        operations += known.size();
        windows++;
        for (long revision = begin + 1; revision <= Math.min(end, model.revision()); revision++) {
            if (!owned.contains(revision)) known.add(someWrite(model.events(revision)));
        }
        var start = new PairsModel(model.pairs(KeyRange.ZERO, KeyRange.ZERO, begin));
        var verdict = new WglChecker<>(start, MAX_CASES).check(known);
        if (verdict != WglChecker.Verdict.LINEARIZABLE)
            failures.add(verdict + " behind revision " + begin + ": " + known);
        return end;
    }

    private static long revision(Operation operation) {
        return operation.outcome() instanceof Operation.Answered answer ? Operation.revision(answer.response()) : 0;
    }

    /** Somebody's write, of which nothing is known but what it changed. */
    private static Operation someWrite(List<Event> events) {
        TxnRequest.Builder txn = TxnRequest.newBuilder();
        for (Event event : events) {
            KeyValue pair = event.getKv();
            var op = RequestOp.newBuilder();
            if (event.getType() == Event.EventType.DELETE)
                op.setRequestDeleteRange(DeleteRangeRequest.newBuilder().setKey(pair.getKey()));
            else
                op.setRequestPut(PutRequest.newBuilder()
                        .setKey(pair.getKey())
                        .setValue(pair.getValue())
                        .setLease(pair.getLease()));
            txn.addSuccess(op);
        }
        return Operation.unknown(-1, txn.build(), Long.MIN_VALUE);
    }
}
