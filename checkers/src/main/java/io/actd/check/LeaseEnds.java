package io.actd.check;

import com.google.protobuf.ByteString;
import io.actd.protocol.api.LeaseRevokeRequest;
import io.actd.protocol.mvcc.Event;
import io.actd.protocol.mvcc.KeyValue;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;

/** What log and answers tell of the ends of leases. */
final class LeaseEnds {
    private final Map<ByteString, Long> deleted = new HashMap<>(); // revision, by key
    private final Map<ByteString, KeyValue> last = new HashMap<>(); // what is there in the end
    private final Map<Long, List<KeyValue>> hung = new HashMap<>(); // all pairs ever, by lease
    private final Map<Long, Long> revokedNanos = new HashMap<>(); // when a revocation was answered, by lease
    private final NavigableMap<Long, Long> firstSeen = new TreeMap<>(); // time of each revision or a later one

    LeaseEnds(History history) {
        for (Event event : history.log()) add(event);
        for (Operation operation : history.operations()) {
            if (operation.outcome() instanceof Operation.Answered answer)
                add(operation, Operation.revision(answer.response()));
        }
        long earliest = Long.MAX_VALUE;
        for (Map.Entry<Long, Long> seen : firstSeen.descendingMap().entrySet()) {
            earliest = Math.min(earliest, seen.getValue());
            seen.setValue(earliest);
        }
    }

    private void add(Event event) {
        KeyValue pair = event.getKv();
        if (event.getType() == Event.EventType.DELETE) {
            deleted.put(pair.getKey(), pair.getModRevision());
            last.remove(pair.getKey());
        } else {
            last.put(pair.getKey(), pair);
            if (pair.getLease() != 0)
                hung.computeIfAbsent(pair.getLease(), lease -> new ArrayList<>())
                        .add(pair);
        }
    }

    private void add(Operation answered, long revision) {
        if (answered.request() instanceof LeaseRevokeRequest revoke)
            revokedNanos.merge(revoke.getID(), answered.returnNanos(), Math::min);
        firstSeen.merge(revision, answered.returnNanos(), Math::min);
    }

    /** Whether the key of the story was ever put. */
    boolean hadKey(LeaseStory story) {
        return hung.containsKey(story.id());
    }

    /** The revision at which its key was deleted; {@link Long#MAX_VALUE} if it was not. */
    long revision(LeaseStory story) {
        return deleted.getOrDefault(ByteString.copyFromUtf8(story.key()), Long.MAX_VALUE);
    }

    /** When somebody first knew that it had ended; {@link LeaseStory#NEVER} if nobody did. */
    long nanos(LeaseStory story) {
        Map.Entry<Long, Long> seen = firstSeen.ceilingEntry(revision(story));
        long shown = seen == null ? LeaseStory.NEVER : seen.getValue();
        long told = Math.min(story.refusedNanos(), revokedNanos.getOrDefault(story.id(), LeaseStory.NEVER));
        return Math.min(told, Math.min(shown, story.deletedNanos()));
    }

    /** Pairs that were put on the lease after its end, or are still there although somebody knows that it has ended. */
    List<KeyValue> leftBy(LeaseStory story) {
        boolean ended = nanos(story) != LeaseStory.NEVER;
        long revision = revision(story);
        return hung.getOrDefault(story.id(), List.of()).stream()
                .filter(pair -> pair.getModRevision() > revision || (ended && pair.equals(last.get(pair.getKey()))))
                .toList();
    }
}
