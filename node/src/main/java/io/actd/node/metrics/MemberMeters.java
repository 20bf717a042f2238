package io.actd.node.metrics;

import io.actd.apply.MemberIds;
import io.actd.member.MemberMetrics;
import io.actd.member.SnapshotMetrics;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What a member reports while it works (spec operations.md §8.1, §8.2, §8.4). */
final class MemberMeters implements MemberMetrics {
    /** Kinds of commands whose apply times are kept apart. */
    private static final List<String> OPS = List.of(
            "Put",
            "DeleteRange",
            "Txn",
            "Compaction",
            "LeaseGrant",
            "LeaseRevoke",
            "LeaseCheckpoint",
            "Alarm",
            "ClusterVersionSet",
            "ClusterMemberAttrSet",
            "DowngradeInfoSet",
            "unknown");

    private static final Logger log = LoggerFactory.getLogger(MemberMeters.class);

    private static final Duration SLOW_FSYNC = Duration.ofSeconds(1);

    private final Histogram walFsync;
    private final Histogram walWrite;
    private final Counter walBytes;
    private final Histogram backendCommit;
    private final Family<Histogram> apply;
    private final Map<String, Histogram> applied = new HashMap<>();
    private final Counter proposalsFailed;
    private final Counter leaderChanges;
    private final Counter slowReadIndexes;
    private final Counter readIndexesFailed;
    private final Counter leasesGranted;
    private final Counter leasesRevoked;
    private final Counter leasesRenewed;
    private final Counter leasesExpired;
    private final Counter events;
    private final Gauge watchers;
    private final Gauge slowWatchers;
    private final Gauge watchStreams;
    private final Counter compactedRows;
    private final Histogram compactions;
    private final Histogram leaseTtls;
    private final Gauge installing;
    private final Family<Histogram> roundTrips;
    private final Counter lateHeartbeats;
    private final Counter promotions;
    private final Family<Counter> failedPromotions;
    private final Counter slowApplies;
    private final SnapshotMeters snapshots;
    private final Duration slowApply;

    /** @param slowApply what takes longer to apply is counted and written to the log (spec OP-91) */
    MemberMeters(Registry registry, Duration slowApply) {
        this.slowApply = slowApply;
        walFsync =
                registry.histogram("etcd_disk_wal_fsync_duration_seconds", "Time to make the log durable.", Buckets.B1);
        walWrite = registry.histogram("etcd_disk_wal_write_duration_seconds", "Time to write the log.", Buckets.B1);
        walBytes = new Counter();
        registry.gauge("etcd_disk_wal_write_bytes_total", "Bytes written to the log.", () -> (double) walBytes.value());
        backendCommit = registry.histogram(
                "etcd_disk_backend_commit_duration_seconds", "Time to commit to the store.", Buckets.B1);
        apply = registry.histograms(
                "etcd_server_apply_duration_seconds",
                "Time to apply a command.",
                Buckets.B3,
                "version",
                "op",
                "success");
        for (var op : OPS) applied.put(op, apply.with("v3", op, "true"));
        proposalsFailed = registry.counter("etcd_server_proposals_failed_total", "Proposals that failed or timed out.");
        leaderChanges = registry.counter("etcd_server_leader_changes_seen_total", "New leaders seen.");
        slowReadIndexes =
                registry.counter("etcd_server_slow_read_indexes_total", "Read indexes that had to be asked for again.");
        readIndexesFailed = registry.counter("etcd_server_read_indexes_failed_total", "Read indexes that failed.");
        leasesGranted = registry.counter("etcd_debugging_lease_granted_total", "Leases granted.");
        leasesRevoked = registry.counter("etcd_debugging_lease_revoked_total", "Leases revoked.");
        leasesRenewed = registry.counter("etcd_debugging_lease_renewed_total", "Leases renewed, seen by the leader.");
        leasesExpired = registry.counter("etcd_debugging_server_lease_expired_total", "Leases that ran out.");
        events = registry.counter("etcd_debugging_mvcc_events_total", "Watch events sent.");
        watchers = registry.gauge("etcd_debugging_mvcc_watcher_total", "Watches.");
        slowWatchers = registry.gauge("etcd_debugging_mvcc_slow_watcher_total", "Watches that are catching up.");
        watchStreams = registry.gauge("etcd_debugging_mvcc_watch_stream_total", "Watch streams.");
        compactedRows =
                registry.counter("etcd_debugging_mvcc_db_compaction_keys_total", "Revisions removed by compactions.");
        compactions = registry.histogram(
                "etcd_debugging_mvcc_db_compaction_total_duration_milliseconds",
                "Time to remove what a compaction leaves behind.",
                Buckets.millis(100, 14));
        leaseTtls = registry.histogram(
                "etcd_debugging_lease_ttl_total", "Lives of leases in seconds.", Buckets.plain(1, 24));
        installing = registry.gauge("etcd_server_snapshot_apply_in_progress_total", "1 while a snapshot is installed.");
        roundTrips = registry.histograms(
                "etcd_network_peer_round_trip_time_seconds",
                "Time of a heartbeat and its answer, seen by the leader.",
                Buckets.B2,
                "To");
        lateHeartbeats = registry.counter(
                "etcd_server_heartbeat_send_failures_total", "Heartbeats that could not be sent in time.");
        promotions = registry.counter("etcd_server_learner_promote_successes", "Learners promoted.");
        failedPromotions =
                registry.counters("etcd_server_learner_promote_failures", "Learners that were not promoted.", "Reason");
        slowApplies = registry.counter("etcd_server_slow_apply_total", "Applies that took too long.");
        snapshots = new SnapshotMeters(registry);
    }

    @Override
    public void walFsync(long nanos) {
        walFsync.observe(nanos);
        if (nanos <= SLOW_FSYNC.toNanos()) return;
        log.atWarn() // spec OP-95, OP-105
                .addKeyValue("took", Duration.ofNanos(nanos))
                .addKeyValue("expected-duration", SLOW_FSYNC)
                .log("slow fdatasync");
    }

    @Override
    public void walWrite(long nanos) {
        walWrite.observe(nanos);
    }

    @Override
    public void walBytes(long bytes) {
        walBytes.add(bytes);
    }

    @Override
    public void backendCommit(long nanos) {
        backendCommit.observe(nanos);
    }

    @Override
    public void applied(String op, boolean success, long nanos) {
        var usual = success ? applied.get(op) : null;
        (usual != null ? usual : apply.with("v3", op, Boolean.toString(success))).observe(nanos);
        if (nanos > slowApply.toNanos()) tooSlow(op, nanos);
    }

    /** Spec OP-91. */
    private void tooSlow(String op, long nanos) {
        slowApplies.increment();
        log.atWarn()
                .addKeyValue("took", Duration.ofNanos(nanos))
                .addKeyValue("expected-duration", slowApply)
                .addKeyValue("prefix", "")
                .addKeyValue("request", op)
                .log("apply request took too long");
    }

    @Override
    public void installing(boolean underWay) {
        installing.set(underWay ? 1 : 0);
    }

    @Override
    public void proposalFailed() {
        proposalsFailed.increment();
    }

    @Override
    public void leaderChanged() {
        leaderChanges.increment();
    }

    @Override
    public void slowReadIndex() {
        slowReadIndexes.increment();
        log.warn("waiting for ReadIndex response took too long, retrying"); // spec OP-105
    }

    @Override
    public void readIndexFailed() {
        readIndexesFailed.increment();
    }

    @Override
    public void leaseGranted(long ttlSeconds) {
        leasesGranted.increment();
        leaseTtls.observe(ttlSeconds);
    }

    @Override
    public void leaseRevoked() {
        leasesRevoked.increment();
    }

    @Override
    public void leaseRenewed() {
        leasesRenewed.increment();
    }

    @Override
    public void leaseExpired() {
        leasesExpired.increment();
    }

    @Override
    public void watchEventsSent(int sent) {
        events.add(sent);
    }

    @Override
    public void watchers(int all, int slow, int streams) {
        watchers.set(all);
        slowWatchers.set(slow);
        watchStreams.set(streams);
    }

    @Override
    public void compactedRows(long rows) {
        compactedRows.add(rows);
    }

    @Override
    public void compacted(long nanos) {
        compactions.observe(nanos);
    }

    @Override
    public void roundTrip(long peer, long nanos) {
        roundTrips.with(MemberIds.hex(peer)).observe(nanos);
    }

    @Override
    public void heartbeatLate() {
        lateHeartbeats.increment();
    }

    @Override
    public void learnerPromoted() {
        promotions.increment();
    }

    @Override
    public void learnerNotPromoted(String reason) {
        failedPromotions.with(reason).increment();
    }

    @Override
    public SnapshotMetrics snapshots() {
        return snapshots;
    }
}
