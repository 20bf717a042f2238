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
 * Cuts a long history into windows, and searches each with {@link WglChecker} on {@link PairsModel}: a second judgement
 * that shares neither the order of revisions nor the model of answers with {@link RevisionOrderChecker}.
 *
 * <p>The cut is made when no call is under way, or, where there is always one, behind a revision: what was answered up to
 * it was before what was answered with a later one. Within a window revisions only say what to try first.
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

    /** Where the order of revisions, which is a guess to the search, puts a call. */
    private record Placed(long revision, boolean changes, Operation operation) {
        static final Comparator<Placed> GUESS =
                Comparator.comparingLong(Placed::revision).thenComparing(Placed::changes, Comparator.reverseOrder());
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

    /**
     * The same with windows that end behind revisions, in even distances all over the history.
     *
     * @param windows so many at most
     */
    public static Result sample(History history, int leastOperations, int windows) {
        WindowSearch search = new WindowSearch(history, leastOperations);
        search.runSome(windows);
        return new Result(search.windows, search.operations, search.failures);
    }

    private void runSome(int most) {
        List<List<Operation>> all = behindRevisions();
        checkCuts(all);
        int every = Math.max(1, (all.size() + most - 1) / most);
        for (int i = 0; i < all.size(); i += every) {
            search(all.get(i), i == 0 ? 1 : revision(all.get(i - 1).getLast()));
        }
    }

    /** The windows follow each other in time: nothing was answered before something of an earlier window was called. */
    private void checkCuts(List<List<Operation>> all) {
        long latestCall = Long.MIN_VALUE;
        for (List<Operation> window : all) {
            for (Operation operation : window) {
                if (operation.returnNanos() < latestCall) failures.add("answered before what it follows: " + operation);
            }
            for (Operation operation : window) latestCall = Math.max(latestCall, operation.callNanos());
        }
    }

    private List<List<Operation>> behindRevisions() {
        List<List<Operation>> all = new ArrayList<>();
        List<Operation> window = new ArrayList<>();
        for (Operation operation : byRevision()) {
            if (window.size() >= leastOperations && revision(operation) > revision(window.getLast())) {
                all.add(window);
                window = new ArrayList<>();
            }
            window.add(operation);
        }
        if (!window.isEmpty()) all.add(window);
        return all;
    }

    private List<Operation> byRevision() {
        return byCall.stream()
                .filter(operation -> PairsModel.knows(operation.request()))
                .sorted(Comparator.comparingLong(WindowSearch::revision))
                .toList();
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
        List<Placed> placed = new ArrayList<>();
        Set<Long> owned = new HashSet<>();
        for (Operation operation : window) {
            if (!PairsModel.knows(operation.request())) continue;
            boolean changed = operation.outcome() instanceof Operation.Answered answer
                    && Operation.saysChanged(answer.response());
            placed.add(new Placed(revision(operation), changed, operation));
            if (changed) owned.add(revision(operation));
        }
        operations += placed.size();
        windows++;
        for (long revision = begin + 1; revision <= Math.min(end, model.revision()); revision++) {
            if (!owned.contains(revision)) {
                placed.add(new Placed(revision, true, someWrite(model.events(revision))));
            }
        }
        List<Operation> known =
                placed.stream().sorted(Placed.GUESS).map(Placed::operation).toList();
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
