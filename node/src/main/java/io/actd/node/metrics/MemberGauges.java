package io.actd.node.metrics;

import io.actd.apply.MemberIds;
import io.actd.member.MemberApi;
import io.actd.mvcc.Operations;
import io.actd.node.Version;
import io.actd.node.config.NodeConfig;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.DoubleSupplier;
import java.util.function.ToDoubleFunction;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/** The state of the member, read when it is shown; 0 until the member runs (spec operations.md §8.1, §8.2, §8.4). */
final class MemberGauges {
    private final Registry registry;
    private final PeerGauges peers;
    private final AlarmGauges alarms;
    private final AtomicReference<@Nullable MemberApi> member = new AtomicReference<>();

    private volatile @Nullable Gauge shownVersion;

    MemberGauges(Registry registry, NodeConfig config) {
        this.registry = registry;
        this.peers = new PeerGauges(registry);
        this.alarms = new AlarmGauges(registry);
        registry.gauge("etcd_server_quota_backend_bytes", "Space quota.")
                .set((double) config.history().quotaBytes());
        registry.gauges("etcd_server_version", "Version offered.", "server_version")
                .with(Version.ETCD)
                .set(1);
        registry.gauges("etcd_server_go_version", "Runtime.", "server_go_version")
                .with("java" + Runtime.version().feature())
                .set(1);
        var gates = registry.gauges("etcd_server_feature_enabled", "Feature gates.", "name", "stage");
        config.gates()
                .forEach((gate, on) ->
                        gates.with(gate.name(), gate.stage().name()).set(on ? 1 : 0));
        raft();
        store();
    }

    private void raft() {
        reading(
                "etcd_server_has_leader",
                "Whether a leader is known.",
                m -> m.status().hasLeader() ? 1 : 0);
        reading(
                "etcd_server_is_leader",
                "Whether this member leads.",
                m -> m.status().isLeader() ? 1 : 0);
        reading("etcd_server_is_learner", "Whether this member is a learner.", MemberGauges::isLearner);
        reading("etcd_server_proposals_committed_total", "Commit index.", m ->
                (double) m.status().commitIndex());
        reading("etcd_server_proposals_applied_total", "Applied index.", m ->
                (double) m.state().appliedIndex());
        reading("etcd_server_proposals_pending", "Proposals waiting for commit.", MemberApi::pendingProposals);
    }

    private void store() {
        counting("etcd_mvcc_range_total", "Ranges read.", Operations::ranges);
        counting("etcd_mvcc_put_total", "Puts applied.", Operations::puts);
        counting("etcd_mvcc_delete_total", "Deletions applied.", Operations::deletes);
        counting("etcd_mvcc_txn_total", "Reads and writes of more than one operation.", Operations::txns);
        reading("etcd_debugging_mvcc_total_put_size_in_bytes", "Keys and values put.", m ->
                (double) m.state().store().operations().putBytes());
        reading("etcd_mvcc_db_total_size_in_bytes", "Size of the store on disk.", m ->
                (double) m.state().dbSizeBytes());
        reading("etcd_mvcc_db_total_size_in_use_in_bytes", "Size that is in use.", m ->
                (double) m.state().dbSizeInUseBytes());
        registry.gauge("etcd_mvcc_db_open_read_transactions", "Always 0: reads need no transaction of the store.");
        reading("etcd_debugging_mvcc_keys_total", "Live keys.", m ->
                (double) m.state().store().keyCount());
        reading("etcd_debugging_mvcc_current_revision", "Newest revision.", m ->
                (double) m.state().store().revision());
        reading("etcd_debugging_mvcc_compact_revision", "Last compaction.", m ->
                (double) m.state().store().compactedRevision());
        registry.gauge("etcd_debugging_mvcc_pending_events_total", "Events not sent yet.");
        registry.gauge("etcd_disk_defrag_inflight", "1 during defragmentation.");
        registry.histogram("etcd_disk_backend_defrag_duration_seconds", "Never observed yet.", Buckets.B5);
        registry.histogram(
                "etcd_snap_fsync_duration_seconds",
                "Never observed: there are no snapshot files, the store itself is marked in the log.",
                Buckets.B1);
    }

    /** From now on the gauges show this member. */
    void show(MemberApi running) {
        member.set(running);
        registry.gauges("etcd_server_id", "Id of this member.", "server_id")
                .with(MemberIds.hex(running.memberId()))
                .set(1);
        var versions = registry.gauges("etcd_cluster_version", "Version of the cluster.", "cluster_version");
        registry.beforeShowing(() -> showVersion(running, versions));
        registry.beforeShowing(() -> peers.update(running));
        registry.beforeShowing(() -> alarms.update(running));
    }

    /** Decided after the start, raised later: 1 for the present one, 0 for those before (spec operations.md §8.1). */
    private void showVersion(MemberApi running, Family<Gauge> versions) {
        var full = running.state().members().clusterVersion();
        if (full == null) return;
        var minor = full.substring(0, full.lastIndexOf('.'));
        var gauge = versions.with(minor);
        if (gauge.equals(shownVersion)) return;
        if (shownVersion != null) shownVersion.set(0);
        gauge.set(1);
        shownVersion = gauge;
    }

    private static double isLearner(MemberApi member) {
        var self = member.state().members().find(member.memberId());
        return self != null && self.getIsLearner() ? 1 : 0;
    }

    private void counting(String name, String help, ToLongFunction<Operations> count) {
        registry.counter(name, help, ofTheMember(m ->
                (double) count.applyAsLong(m.state().store().operations())));
    }

    private void reading(String name, String help, ToDoubleFunction<MemberApi> read) {
        registry.gauge(name, help, ofTheMember(read));
    }

    private DoubleSupplier ofTheMember(ToDoubleFunction<MemberApi> read) {
        return () -> {
            var running = member.get();
            return running == null ? 0 : read.applyAsDouble(running);
        };
    }
}
