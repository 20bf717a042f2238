package io.actd.check;

import io.actd.protocol.api.CompactionRequest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;

/** Answers "how far was it when this call began" in logarithmic time. */
final class RealTime {
    /** From that time on it is this far at least. */
    private record Reached(long nanos, long revision) {}

    private final long[] times;
    private final long[] largestRevision; // over all that was reached at or before times[i]

    private RealTime(List<Reached> reached) {
        List<Reached> byTime = reached.stream()
                .sorted(Comparator.comparingLong(Reached::nanos))
                .toList();
        times = new long[byTime.size()];
        largestRevision = new long[byTime.size()];
        long largest = 0;
        for (int i = 0; i < times.length; i++) {
            largest = Math.max(largest, byTime.get(i).revision());
            times[i] = byTime.get(i).nanos();
            largestRevision[i] = largest;
        }
    }

    /** Which revisions were complete: those that an answer showed, or anything a watch was told. */
    static RealTime completed(History history) {
        List<Reached> reached = new ArrayList<>();
        for (Operation operation : history.operations()) {
            if (operation.outcome() instanceof Operation.Answered answer)
                reached.add(new Reached(operation.returnNanos(), Operation.revision(answer.response())));
        }
        for (History.Watch watch : history.watches()) {
            for (History.Answer answer : watch.answers()) {
                reached.add(new Reached(answer.nanos(), answer.shownRevision()));
            }
        }
        return new RealTime(reached);
    }

    /** Up to where somebody had asked to compact, unless that was refused. */
    static RealTime compactionsCalled(History history) {
        List<Reached> reached = new ArrayList<>();
        for (Operation operation : history.operations()) {
            boolean refused = operation.outcome() instanceof Operation.Refused;
            if (!refused && operation.request() instanceof CompactionRequest compaction)
                reached.add(new Reached(operation.callNanos(), compaction.getRevision()));
        }
        return new RealTime(reached);
    }

    /** The largest revision that was reached before this time; 0 if none was. */
    long before(long nanos) {
        int at = Arrays.binarySearch(times, nanos);
        int firstNotBefore = at < 0 ? -at - 1 : at;
        while (firstNotBefore > 0 && times[firstNotBefore - 1] == nanos) {
            firstNotBefore--;
        }
        return firstNotBefore == 0 ? 0 : largestRevision[firstNotBefore - 1];
    }
}
