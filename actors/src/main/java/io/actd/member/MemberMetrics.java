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

    default void proposalFailed() {}

    default void leaderChanged() {}

    default void slowReadIndex() {}

    default void readIndexFailed() {}

    default void leaseGranted() {}

    default void leaseRevoked() {}

    default void leaseRenewed() {}

    default void leaseExpired() {}

    default void watchEventsSent(int events) {}

    default void watchers(int watchers, int slowWatchers, int streams) {}

    default void compactedRows(long rows) {}
}
