package io.actd.wal;

import java.util.concurrent.Executor;

/**
 * How a log is kept.
 *
 * @param segmentBytes size from which a segment is cut (spec FM-8)
 * @param maxWals segments kept on disk, needed or not; older ones are deleted once no longer needed; 0 keeps all
 * @param metrics told about writes and syncs
 * @param background where the next segment is made ready and old ones are deleted; {@code Runnable::run} does it inline
 */
public record WalOptions(long segmentBytes, int maxWals, WalMetrics metrics, Executor background) {
    public static final WalOptions DEFAULTS = new WalOptions(64_000_000, 5, WalMetrics.NONE, Runnable::run);

    public WalOptions {
        if (segmentBytes < 1024 || maxWals < 0) {
            throw new IllegalArgumentException("segmentBytes " + segmentBytes + ", maxWals " + maxWals);
        }
    }

    public WalOptions withSegmentBytes(long bytes) {
        return new WalOptions(bytes, maxWals, metrics, background);
    }

    public WalOptions withMaxWals(int count) {
        return new WalOptions(segmentBytes, count, metrics, background);
    }

    public WalOptions withMetrics(WalMetrics listener) {
        return new WalOptions(segmentBytes, maxWals, listener, background);
    }

    public WalOptions withBackground(Executor executor) {
        return new WalOptions(segmentBytes, maxWals, metrics, executor);
    }
}
