package io.actd.check;

import java.util.Arrays;
import java.util.Comparator;
import java.util.List;

/** Answers "which revisions were complete when this call began" in logarithmic time. */
final class RealTime {
    private final long[] returns;
    private final long[] largestRevision; // over all operations returned at or before returns[i]

    RealTime(List<Operation> answered) {
        List<Operation> byReturn = answered.stream()
                .sorted(Comparator.comparingLong(Operation::returnNanos))
                .toList();
        returns = new long[byReturn.size()];
        largestRevision = new long[byReturn.size()];
        long largest = 0;
        for (int i = 0; i < returns.length; i++) {
            Operation operation = byReturn.get(i);
            returns[i] = operation.returnNanos();
            if (operation.outcome() instanceof Operation.Answered answer) {
                largest = Math.max(largest, Operation.revision(answer.response()));
            }
            largestRevision[i] = largest;
        }
    }

    /** The largest revision in any answer that had returned before this time; 0 if none had. */
    long completedBefore(long nanos) {
        int at = Arrays.binarySearch(returns, nanos);
        int firstNotBefore = at < 0 ? -at - 1 : at;
        while (firstNotBefore > 0 && returns[firstNotBefore - 1] == nanos) {
            firstNotBefore--;
        }
        return firstNotBefore == 0 ? 0 : largestRevision[firstNotBefore - 1];
    }
}
