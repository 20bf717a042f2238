package io.actd.apply;

import io.actd.mvcc.RevisionEvents;
import io.actd.protocol.Outcome;
import io.actd.raft.Membership;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What applying one entry did.
 *
 * @param requestId id of the request, 0 if the entry answers nobody
 * @param outcome the answer for whoever proposed it here, null if {@code requestId} is 0
 * @param events what the key space saw, null if its revision did not move
 * @param leaseChanges for the lessor's clock, in order
 * @param membership who takes part from now on, null if unchanged
 * @param compacted a compaction was accepted: its physical part is to be run
 * @param op what it was, in the words of spec operations.md §8.1, e.g. {@code Put}; empty if it is not counted
 */
public record Applied(
        long requestId,
        @Nullable Outcome outcome,
        @Nullable RevisionEvents events,
        List<LeaseChange> leaseChanges,
        @Nullable Membership membership,
        boolean compacted,
        String op) {}
