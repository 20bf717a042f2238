package io.actd.raft;

import java.util.List;

/**
 * What a member starts from.
 *
 * @param hardState the last saved one
 * @param mark the snapshot mark the log starts behind
 * @param entries everything behind the mark, without gap
 * @param membership as of {@code appliedIndex}
 * @param appliedIndex what the state machine already holds, at least the mark; entries up to it count as committed
 */
public record Recovered(
        HardState hardState, SnapshotMark mark, List<Entry> entries, Membership membership, long appliedIndex) {}
