package io.actd.wal;

/** Told what the log does to the disk, on the thread that does it; must return at once. */
public interface WalMetrics {
    WalMetrics NONE = new WalMetrics() {};

    /** One sync of the tail segment that a batch waited for. */
    default void fsyncNanos(long nanos) {}

    /** One hand-over of a batch to the operating system. */
    default void writeNanos(long nanos) {}

    /** Bytes of that hand-over, frames included. */
    default void bytesWritten(long bytes) {}
}
