package io.actd.api;

import java.time.Duration;
import java.util.Set;

/**
 * How the API layer is to behave.
 *
 * @param serverVersion e.g. {@code 3.6.0} (spec MT-9)
 * @param maxRequestBytes largest encoded raft request (spec §18)
 * @param maxTxnOps limit of spec TX-2
 * @param quotaBytes effective space quota as Status shows it, 0 or less: none
 * @param maxConcurrentStreams per connection; {@link #MAX_STREAMS} at most, whatever is asked for
 * @param electionTimeout period of the check behind {@code hasleader} (spec W-29)
 * @param pingInterval HTTP/2 pings while calls are open, zero: none
 * @param pingTimeout connection is dropped if a ping is not answered within this time
 * @param corsOrigins origins allowed to read answers, {@code *} for all (spec OP-77)
 * @param hostWhitelist host names plain HTTP answers to; empty or {@code *}: all (spec OP-78)
 * @param learnerReads a learner serves linearizable ranges too, which etcd's do not (spec M-14)
 * @param reflection serve {@code grpc.reflection.v1alpha}; etcd does not (spec MD-6)
 */
public record ApiConfig(
        String serverVersion,
        int maxRequestBytes,
        int maxTxnOps,
        long quotaBytes,
        int maxConcurrentStreams,
        Duration electionTimeout,
        Duration pingInterval,
        Duration pingTimeout,
        Set<String> corsOrigins,
        Set<String> hostWhitelist,
        boolean learnerReads,
        boolean reflection) {
    /**
     * Most calls open at once on one connection. pekko-http keeps tables of this size for every connection (about 260 KiB
     * at this value), so "unlimited" is not on offer.
     */
    public static final int MAX_STREAMS = 16_384;

    /** What a gRPC message may have on top of {@code maxRequestBytes} (spec §18). */
    private static final int GRPC_OVERHEAD_BYTES = 512 * 1024;

    public ApiConfig {
        if (maxRequestBytes <= 0) throw new IllegalArgumentException("maxRequestBytes " + maxRequestBytes);
        if (maxTxnOps <= 0) throw new IllegalArgumentException("maxTxnOps " + maxTxnOps);
        maxConcurrentStreams = maxConcurrentStreams <= 0 ? MAX_STREAMS : Math.min(maxConcurrentStreams, MAX_STREAMS);
        corsOrigins = Set.copyOf(corsOrigins);
        hostWhitelist = Set.copyOf(hostWhitelist);
    }

    /** The defaults of spec §18. */
    public static ApiConfig defaults(String serverVersion) {
        return new ApiConfig(
                serverVersion,
                1_572_864,
                128,
                2L << 30,
                MAX_STREAMS,
                Duration.ofSeconds(1),
                Duration.ofSeconds(30),
                Duration.ofSeconds(15),
                Set.of("*"),
                Set.of("*"),
                false,
                false);
    }

    /** Largest message taken from a client. */
    public int maxReceiveBytes() {
        return maxRequestBytes + GRPC_OVERHEAD_BYTES;
    }
}
