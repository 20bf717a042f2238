package io.actd.member;

/** What a member reports while it works; durations in nanoseconds. Thread-safe and cheap. */
public interface MemberMetrics {
    /** Reports to nobody. */
    MemberMetrics NONE = new MemberMetrics() {};

    default void walFsync(long nanos) {}

    default void walWrite(long nanos) {}

    default void walBytes(long bytes) {}

    default void backendCommit(long nanos) {}

    /** @param op as in spec operations.md §8.1, e.g. {@code Put} */
    default void applied(String op, boolean success, long nanos) {}

    /** A store sent by the leader is being installed, or is not any more. */
    default void installing(boolean underWay) {}

    default void proposalFailed() {}

    default void leaderChanged() {}

    default void slowReadIndex() {}

    default void readIndexFailed() {}

    default void leaseGranted(long ttlSeconds) {}

    default void leaseRevoked() {}

    default void leaseRenewed() {}

    default void leaseExpired() {}

    default void watchEventsSent(int events) {}

    default void watchers(int watchers, int slowWatchers, int streams) {}

    default void compactedRows(long rows) {}

    /** A compaction is through; {@code nanos} since it began. */
    default void compacted(long nanos) {}

    /** How long a leader's heartbeat and its answer took together. */
    default void roundTrip(long peer, long nanos) {}

    /** A heartbeat left later than it had to. */
    default void heartbeatLate() {}

    /** As leader. */
    default void learnerPromoted() {}

    /** @param reason what its client was told */
    default void learnerNotPromoted(String reason) {}

    /** Copies of the store on their way. */
    default SnapshotMetrics snapshots() {
        return SnapshotMetrics.NONE;
    }
}
