package io.actd.role;

import io.actd.member.ReadTask;
import io.actd.protocol.Refusal;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Reads that wait for their index, by the id under which the rules know them. One batch of clients' reads, one id. */
final class ReadQueue {
    private final Map<Long, List<RaftNode.Read>> asked = new HashMap<>();
    private long lastReadId;

    /** Registers a batch; returns its id. */
    long ask(List<RaftNode.Read> reads) {
        asked.put(++lastReadId, reads);
        return lastReadId;
    }

    /** The index is known: these may run once it is applied. Empty if they were refused meanwhile. */
    List<ReadTask> ready(long readId) {
        var reads = asked.remove(readId);
        if (reads == null) return List.of();
        var tasks = new ArrayList<ReadTask>(reads.size());
        for (var read : reads) tasks.add(read.task());
        return tasks;
    }

    /** The rules dropped the batch: whoever owns it decides whether to ask again. */
    List<RaftNode.Read> dropped(long readId) {
        var reads = asked.remove(readId);
        return reads == null ? List.of() : reads;
    }

    /** Refuses reads asked before that moment; returns how many. */
    int expire(long askedBeforeNanos, Refusal refusal) {
        int expired = 0;
        var batches = asked.values().iterator();
        while (batches.hasNext()) {
            var batch = batches.next();
            expired += expire(batch, askedBeforeNanos, refusal);
            if (batch.isEmpty()) batches.remove();
        }
        return expired;
    }

    static int expire(List<RaftNode.Read> reads, long askedBeforeNanos, Refusal refusal) {
        int before = reads.size();
        reads.removeIf(read -> {
            boolean late = read.askedNanos() - askedBeforeNanos < 0;
            if (late) read.task().refused(refusal);
            return late;
        });
        return before - reads.size();
    }
}
