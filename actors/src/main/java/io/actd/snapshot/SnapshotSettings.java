package io.actd.snapshot;

import io.actd.copy.StoreCopy;
import java.time.Duration;

/**
 * How a copy of the store travels.
 *
 * @param chunkBytes size of a chunk
 * @param windowChunks chunks under way without an acknowledgement
 * @param bytesPerSecond how fast the leader reads a small store at most, so that clients feel little of it
 * @param likelyDuration a larger store is read as fast as it takes to be through in about that time: the log that follows it must
 *     be kept in memory meanwhile; who needs another store that soon after the first is not kept to any pace
 * @param gentleStart how long the pace of a large store takes to grow to that from a sixteenth, slowly at first: whoever
 *     needs a whole store has often just started, and compiles what it runs while it receives
 * @param resendAfter silence after which what is not acknowledged is sent again
 * @param patience silence after which a transfer is given up, on either side
 */
public record SnapshotSettings(
        int chunkBytes,
        int windowChunks,
        long bytesPerSecond,
        Duration likelyDuration,
        Duration gentleStart,
        Duration resendAfter,
        Duration patience) {
    /** Of a transfer at full pace: a small store is not to wait for what is gained by a gentle start. */
    private static final double LARGEST_START = 1.0 / 6;

    public static final SnapshotSettings DEFAULTS = new SnapshotSettings(
            StoreCopy.SLICE_BYTES,
            4,
            24L << 20,
            Duration.ofSeconds(45),
            Duration.ofSeconds(6),
            Duration.ofSeconds(1),
            Duration.ofSeconds(30));

    public SnapshotSettings {
        if (chunkBytes < 64 || windowChunks < 1 || bytesPerSecond < 1 || !gentleStart.isPositive())
            throw new IllegalArgumentException(chunkBytes + " " + windowChunks + " " + bytesPerSecond);
    }

    /** @param sinceBegin nanoseconds the transfer takes so far */
    long nanosPerChunk(long storeBytes, long sinceBegin) {
        double bytesPerNano = Math.max(bytesPerSecond / 1e9, (double) storeBytes / likelyDuration.toNanos());
        double start = Math.min((double) gentleStart.toNanos(), storeBytes / bytesPerNano * LARGEST_START);
        double left = sinceBegin < start ? 1 - sinceBegin / start : 0;
        return Math.round(chunkBytes / bytesPerNano * (1 + 15 * left * left));
    }
}
