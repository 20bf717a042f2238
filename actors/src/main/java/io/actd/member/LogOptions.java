package io.actd.member;

import io.actd.wal.WalMetrics;
import io.actd.wal.WalOptions;
import java.util.concurrent.Executor;

/** How a member keeps its log, and to whom the log reports. */
final class LogOptions {
    private LogOptions() {}

    static WalOptions of(MemberConfig config, MemberParts parts, Executor background) {
        return WalOptions.DEFAULTS
                .withSegmentBytes(parts.storage().walSegmentBytes())
                .withMaxWals(config.maxWals())
                .withBackground(background)
                .withMetrics(reportingTo(parts.metrics()));
    }

    private static WalMetrics reportingTo(MemberMetrics metrics) {
        return new WalMetrics() {
            @Override
            public void fsyncNanos(long nanos) {
                metrics.walFsync(nanos);
            }

            @Override
            public void writeNanos(long nanos) {
                metrics.walWrite(nanos);
            }

            @Override
            public void bytesWritten(long bytes) {
                metrics.walBytes(bytes);
            }
        };
    }
}
