package io.actd.role;

import io.actd.member.ReadTask;
import io.actd.protocol.Refusal;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Reads that wait for their index, by the id under which the rules know them. One batch of clients' reads, one id. */
final class ReadQueue {
    /** Reads asked as one, in the term of that leader. */
    private static final class Batch {
        final List<RaftNode.Read> reads;
        final long term;
        boolean foundSlow;

        Batch(List<RaftNode.Read> reads, long term) {
            this.reads = reads;
            this.term = term;
        }
    }

    private final Map<Long, Batch> asked = new HashMap<>();
    private long lastReadId;

    /** Registers a batch asked in that term; returns its id. */
    long ask(List<RaftNode.Read> reads, long term) {
        asked.put(++lastReadId, new Batch(reads, term));
        return lastReadId;
    }

    /** The index is known: these may run once it is applied. Empty if they were refused meanwhile. */
    List<ReadTask> ready(long readId) {
        var batch = asked.remove(readId);
        if (batch == null) return List.of();
        var tasks = new ArrayList<ReadTask>(batch.reads.size());
        for (var read : batch.reads) tasks.add(read.task());
        return tasks;
    }

    /** The rules dropped the batch: its reads, which know now in which term they were asked about. */
    List<RaftNode.Read> dropped(long readId) {
        var batch = asked.remove(readId);
        if (batch == null) return List.of();
        var reads = new ArrayList<RaftNode.Read>(batch.reads.size());
        for (var read : batch.reads) reads.add(read.askedIn(batch.term));
        return reads;
    }

    /** How many batches have waited since before that moment; each is counted once. */
    int countSlow(long askedBeforeNanos) {
        int slow = 0;
        for (var batch : asked.values()) {
            if (batch.foundSlow || batch.reads.getFirst().askedNanos() - askedBeforeNanos >= 0) continue;
            batch.foundSlow = true;
            slow++;
        }
        return slow;
    }

    /** Refuses reads asked before that moment; returns how many. */
    int expire(long askedBeforeNanos, Refusal refusal) {
        int expired = 0;
        var batches = asked.values().iterator();
        while (batches.hasNext()) {
            var batch = batches.next().reads;
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
