package io.actd.check;

import java.util.ArrayDeque;
import java.util.BitSet;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Searches for an order in which one copy of the data would have given the same answers (Wing and Gong; Lowe; Horn and
 * Kroening, "Faster linearizability checking via P-compositionality").
 *
 * <p>Knows nothing of revisions, so it checks the {@link RevisionOrderChecker} as much as the store; its cost grows fast
 * with concurrent calls of unknown outcome, so it is for short histories. Calls and returns stand in a list by time. Of the
 * calls before the first return, one whose answer fits the state is lifted out together with its return; when none fits,
 * the last one lifted goes back. Pairs of state and calls lifted that were seen before are not tried again.
 */
public final class WglChecker<S> {
    /** What one copy of the data answers. States are values: equal states behave alike. */
    public interface Model<S> {
        S initial();

        /** The state after this call, empty if its answer does not fit; a call without an answer always fits. */
        Optional<S> step(S state, Operation operation);
    }

    /** What the search found. */
    public enum Verdict {
        LINEARIZABLE,
        NOT_LINEARIZABLE,
        /** Given up: too many cases. To be treated as a failure of the test. */
        UNKNOWN
    }

    private static final class Node {
        final int call; // number of the operation
        final @Nullable Operation operation; // null in a return

        @Nullable
        Node match; // the return of a call, null if it has none

        Node before = this;

        @Nullable
        Node next;

        Node(int call, @Nullable Operation operation) {
            this.call = call;
            this.operation = operation;
        }
    }

    private record Lifted<S>(Node node, S stateBefore) {}

    private record Case<S>(BitSet lifted, S state) {}

    private record Moment(long nanos, boolean isReturn, int call) {}

    private final Model<S> model;
    private final int maxCases;

    /** @param maxCases after so many the search gives up */
    public WglChecker(Model<S> model, int maxCases) {
        this.model = model;
        this.maxCases = maxCases;
    }

    /**
     * Reads that failed and calls that were refused must be left out by the caller.
     *
     * @param operations in the order in which to try them where it is open which comes next: a good guess saves time, a bad
     *     one changes nothing else
     */
    public Verdict check(List<Operation> operations) {
        Node head = list(operations);
        long returnsLeft = operations.stream().filter(WglChecker::returned).count();
        Deque<Lifted<S>> stack = new ArrayDeque<>();
        Set<Case<S>> seen = new HashSet<>();
        BitSet lifted = new BitSet();
        S state = model.initial();
        int tried = -1; // calls up to this one were tried here
        while (returnsLeft > 0) {
            Node at = next(head, tried);
            if (at == null) {
                if (stack.isEmpty()) return Verdict.NOT_LINEARIZABLE;
                Lifted<S> last = stack.pop();
                state = last.stateBefore();
                tried = last.node().call;
                lifted.clear(tried);
                if (last.node().match != null) returnsLeft++;
                putBack(last.node());
                continue;
            }
            Optional<S> after = model.step(state, calledBy(at));
            if (after.isPresent() && isNew(seen, lifted, at.call, after.get())) {
                if (seen.size() > maxCases) return Verdict.UNKNOWN;
                stack.push(new Lifted<>(at, state));
                state = after.get();
                lifted.set(at.call);
                if (at.match != null) returnsLeft--;
                lift(at);
                tried = -1;
            } else {
                tried = at.call;
            }
        }
        return Verdict.LINEARIZABLE;
    }

    /** Of the calls before the first return the next one to try; null if there is none. */
    private static @Nullable Node next(Node head, int tried) {
        Node best = null;
        for (Node node = head.next; node != null && node.operation != null; node = node.next) {
            if (node.call > tried && (best == null || node.call < best.call)) best = node;
        }
        return best;
    }

    private static Operation calledBy(Node call) {
        return Objects.requireNonNull(call.operation);
    }

    private boolean isNew(Set<Case<S>> seen, BitSet lifted, int call, S state) {
        BitSet with = (BitSet) lifted.clone();
        with.set(call);
        return seen.add(new Case<>(with, state));
    }

    private static boolean returned(Operation operation) {
        return !(operation.outcome() instanceof Operation.Unknown);
    }

    /** Calls and returns by time, behind a head; of one moment the calls first, for they overlap then. */
    private static Node list(List<Operation> operations) {
        Stream.Builder<Moment> moments = Stream.builder();
        for (int i = 0; i < operations.size(); i++) {
            moments.add(new Moment(operations.get(i).callNanos(), false, i));
            if (returned(operations.get(i)))
                moments.add(new Moment(operations.get(i).returnNanos(), true, i));
        }
        Node head = new Node(-1, null);
        Node last = head;
        Node[] calls = new Node[operations.size()];
        var sorted = moments.build()
                .sorted(Comparator.comparingLong(Moment::nanos).thenComparing(Moment::isReturn))
                .toList();
        for (Moment moment : sorted) {
            Node node = new Node(moment.call(), moment.isReturn() ? null : operations.get(moment.call()));
            if (moment.isReturn()) calls[moment.call()].match = node;
            else calls[moment.call()] = node;
            node.before = last;
            last.next = node;
            last = node;
        }
        return head;
    }

    private static void lift(Node call) {
        unlink(call);
        if (call.match != null) unlink(call.match);
    }

    private static void putBack(Node call) {
        if (call.match != null) link(call.match);
        link(call);
    }

    private static void unlink(Node node) {
        node.before.next = node.next;
        if (node.next != null) node.next.before = node.before;
    }

    private static void link(Node node) {
        node.before.next = node;
        if (node.next != null) node.next.before = node;
    }
}
