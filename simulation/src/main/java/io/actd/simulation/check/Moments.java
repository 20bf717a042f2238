package io.actd.simulation.check;

import com.google.protobuf.Message;
import io.actd.check.History;
import io.actd.check.LeaseStory;
import io.actd.check.Operation;
import io.actd.protocol.api.CompactionRequest;
import io.actd.protocol.api.RangeRequest;
import io.actd.protocol.api.TxnRequest;
import io.actd.protocol.api.WatchResponse;
import io.actd.protocol.mvcc.Event;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Counts what came about, by what the clients saw. */
public final class Moments {
    private final Map<Moment, Long> counts = new EnumMap<>(Moment.class);
    private final Set<Long> deletions = new HashSet<>();

    private Moments() {}

    /** Of what clients saw; those that never came about are missing. */
    public static Map<Moment, Long> of(History history, List<LeaseStory> leases) {
        var moments = new Moments();
        for (var event : history.log())
            if (event.getType() == Event.EventType.DELETE)
                moments.deletions.add(event.getKv().getModRevision());
        history.operations().forEach(moments::add);
        history.watches().forEach(moments::add);
        leases.forEach(moments::add);
        return moments.counts;
    }

    private void count(Moment moment) {
        counts.merge(moment, 1L, Long::sum);
    }

    private void add(Operation operation) {
        switch (operation.outcome()) {
            case Operation.Unknown unknown -> {
                boolean reads = operation.request() instanceof RangeRequest || operation.isSerializable();
                if (!reads) count(Moment.ANSWER_LOST);
            }
            case Operation.Refused refused -> {
                if (operation.request() instanceof TxnRequest) count(Moment.TXN_REFUSED);
            }
            case Operation.Answered answered -> answered(operation.request(), operation.isSerializable());
        }
    }

    private void answered(Message request, boolean serializable) {
        if (serializable) count(Moment.SERIALIZABLE_READ_ANSWERED);
        else if (request instanceof RangeRequest) count(Moment.READ_ANSWERED);
        else if (request instanceof CompactionRequest compaction) {
            count(Moment.COMPACTED);
            if (deletions.contains(compaction.getRevision())) count(Moment.COMPACTED_AT_A_DELETION);
        }
    }

    private void add(History.Watch watch) {
        boolean begun = false;
        long begunAt = 0;
        for (var answer : watch.responses()) {
            if (answer.getCreated()) {
                begunAt = answer.getHeader().getRevision();
                if (begun) count(Moment.WATCH_RESUMED);
                else if (watch.from() > begunAt + 1) count(Moment.WATCH_BEGUN_AHEAD);
                begun = true;
            } else if (answer.getCanceled()) {
                if (answer.getCompactRevision() > 0) count(Moment.WATCH_OVERTAKEN);
            } else if (answer.getEventsCount() == 0) {
                count(Moment.PROGRESS_TOLD);
            } else if (firstRevision(answer) <= begunAt) {
                count(Moment.WATCH_READ_HISTORY);
            }
        }
    }

    private static long firstRevision(WatchResponse answer) {
        return answer.getEvents(0).getKv().getModRevision();
    }

    private void add(LeaseStory lease) {
        if (lease.renewals().size() > 1) count(Moment.LEASE_RENEWED);
        count(lease.revoked() ? Moment.LEASE_REVOKED : Moment.LEASE_EXPIRED);
    }
}
