package io.actd.member;

/**
 * What a member reports about copies of the store that travel between members; durations in nanoseconds, peers are member
 * ids. Thread-safe and cheap.
 */
public interface SnapshotMetrics {
    /** Reports to nobody. */
    SnapshotMetrics NONE = new SnapshotMetrics() {};

    /** One to that peer began; {@link #sent} or {@link #notSent} follows. */
    default void sending(long peer) {}

    default void sent(long peer, long nanos) {}

    default void notSent(long peer) {}

    /** One of that peer began to arrive; {@link #received} or {@link #notReceived} follows. */
    default void receiving(long peer) {}

    /** @param durableNanos the part of {@code nanos} that the last step took, which makes it durable */
    default void received(long peer, long nanos, long durableNanos) {}

    default void notReceived(long peer) {}
}
