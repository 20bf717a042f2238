package io.actd.node.config;

import io.actd.member.MemberConfig.AutoCompaction;
import io.actd.member.MemberConfig.Reconfiguration;
import io.actd.node.flag.FeatureGate;
import io.actd.node.flag.Settings;
import io.actd.node.flag.Url;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * How this process is to run. Made only from settings that {@link Validation} has passed.
 *
 * @param name of this member
 * @param dataDir holds {@code member/}
 * @param walDir where the log lives
 */
public record NodeConfig(
        String name,
        Path dataDir,
        Path walDir,
        Places places,
        Founding founding,
        Reconfiguration reconfiguration,
        Timing timing,
        History history,
        Limits limits,
        Warnings warnings,
        Map<FeatureGate, Boolean> gates,
        boolean extensiveMetrics) {
    /** Where this member listens, and what it tells others to use. */
    public record Places(
            List<Url> peers,
            List<Url> clients,
            List<Url> metrics,
            List<Url> management,
            List<Url> advertisedPeers,
            List<Url> advertisedClients) {}

    /**
     * How a new cluster is founded; without meaning once there is a log.
     *
     * @param initialCluster peer URLs by member name
     * @param existing join a cluster instead
     * @param forceNew with a log: keep its data and forget the other members (spec OP-52)
     */
    public record Founding(Map<String, List<Url>> initialCluster, String token, boolean existing, boolean forceNew) {}

    /**
     * The clocks of Raft.
     *
     * @param headStart flag initial-election-tick-advance
     */
    public record Timing(Duration heartbeat, Duration electionTimeout, boolean preVote, boolean headStart) {}

    /**
     * What is kept, and for how long.
     *
     * @param quotaBytes effective; -1: none
     * @param diskReserveBytes 0: none
     */
    public record History(
            long snapshotCount,
            long catchupEntries,
            int maxWals,
            long quotaBytes,
            long diskReserveBytes,
            int compactionBatchRows,
            Duration compactionPause,
            AutoCompaction autoCompaction) {}

    /**
     * What clients may ask of this member.
     *
     * @param learnerReads a learner answers linearizable reads, too
     */
    public record Limits(
            int maxTxnOps,
            int maxRequestBytes,
            int maxConcurrentStreams,
            Duration pingInterval,
            Duration pingTimeout,
            Duration watchProgressInterval,
            boolean learnerReads,
            Set<String> corsOrigins,
            Set<String> hostWhitelist) {}

    /**
     * What is written to the log because it took long (spec OP-105).
     *
     * @param apply of a command, on each member
     * @param unaryRequest of a client's call, from its arrival to its answer
     */
    public record Warnings(Duration apply, Duration unaryRequest) {}

    private static final Duration LEASE_CHECKPOINTS = Duration.ofMinutes(5);
    private static final long DEFAULT_QUOTA_BYTES = 2L << 30;
    private static final int DEFAULT_BATCH_ROWS = 1000;
    private static final Duration DEFAULT_PAUSE = Duration.ofMillis(10);
    private static final Duration DEFAULT_PROGRESS = Duration.ofMinutes(10);

    /** How often the remaining life of leases is replicated (spec L-7); 0 if that is switched off. */
    public Duration leaseCheckpoints() {
        return gates.getOrDefault(FeatureGate.LeaseCheckpoint, false) ? LEASE_CHECKPOINTS : Duration.ZERO;
    }

    public static NodeConfig of(Settings settings) {
        var name = settings.text("name");
        var dataDir = Path.of(settings.optional("data-dir").orElse(name + ".etcd"));
        return new NodeConfig(
                name,
                dataDir,
                settings.optional("wal-dir")
                        .map(Path::of)
                        .orElse(dataDir.resolve("member").resolve("wal")),
                new Places(
                        settings.urls("listen-peer-urls"),
                        settings.urls("listen-client-urls"),
                        settings.urls("listen-metrics-urls"),
                        settings.urls("listen-management-urls"),
                        settings.urls("initial-advertise-peer-urls"),
                        settings.urls("advertise-client-urls")),
                founding(settings, name),
                new Reconfiguration(settings.bool("strict-reconfig-check"), clamp(settings.number("max-learners"))),
                new Timing(
                        Duration.ofMillis(settings.number("heartbeat-interval")),
                        Duration.ofMillis(settings.number("election-timeout")),
                        settings.bool("pre-vote"),
                        settings.bool("initial-election-tick-advance")),
                history(settings),
                limits(settings),
                new Warnings(
                        settings.duration("warning-apply-duration"),
                        settings.duration("warning-unary-request-duration")),
                settings.gates(),
                settings.text("metrics").equals("extensive"));
    }

    /** With only a name, the cluster is this member (spec OP-34). */
    private static Founding founding(Settings settings, String name) {
        var cluster = settings.urlMap("initial-cluster");
        return new Founding(
                settings.isSet("initial-cluster")
                        ? cluster
                        : Map.of(name, settings.urls("initial-advertise-peer-urls")),
                settings.text("initial-cluster-token"),
                settings.text("initial-cluster-state").equals("existing"),
                settings.bool("force-new-cluster"));
    }

    private static History history(Settings settings) {
        var quota = settings.number("quota-backend-bytes");
        return new History(
                settings.number("snapshot-count"),
                settings.number("snapshot-catchup-entries"),
                clamp(settings.number("max-wals")),
                quota == 0 ? DEFAULT_QUOTA_BYTES : Math.max(quota, -1),
                settings.number("disk-reserve-bytes"),
                settings.number("compaction-batch-limit") <= 0
                        ? DEFAULT_BATCH_ROWS
                        : clamp(settings.number("compaction-batch-limit")),
                orDefault(settings.duration("compaction-sleep-interval"), DEFAULT_PAUSE),
                Retention.of(settings));
    }

    private static Limits limits(Settings settings) {
        return new Limits(
                clamp(settings.number("max-txn-ops")),
                clamp(settings.number("max-request-bytes")),
                clamp(settings.number("max-concurrent-streams")),
                settings.duration("grpc-keepalive-interval"),
                settings.duration("grpc-keepalive-timeout"),
                orDefault(settings.duration("watch-progress-notify-interval"), DEFAULT_PROGRESS),
                settings.bool("learner-linearizable-reads"),
                Set.copyOf(settings.list("cors")),
                Set.copyOf(settings.list("host-whitelist")));
    }

    private static Duration orDefault(Duration given, Duration byDefault) {
        return given.isZero() || given.isNegative() ? byDefault : given;
    }

    private static int clamp(long value) {
        return Math.clamp(value, 0, Integer.MAX_VALUE);
    }
}
