package io.actd.node.metrics;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.actd.api.ApiMetrics.Kind;
import io.actd.node.config.NodeConfig;
import io.actd.node.flag.CommandLine;
import io.actd.node.flag.FlagTable;
import io.actd.node.log.LogSettings;
import io.actd.node.log.Logging;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Spec operations.md §8. */
class NodeMetricsTest {
    private static NodeMetrics metrics(String... args) throws Exception {
        return new NodeMetrics(NodeConfig.of(CommandLine.parse(FlagTable.load(), List.of(args))));
    }

    private static String text(NodeMetrics metrics) {
        return String.valueOf(metrics.api().exposition());
    }

    @Test // §8: unlabelled metrics exist from the start, whatever alerts and dashboards use
    void alerts_find_their_metrics_before_anything_happened() throws Exception {
        var text = text(metrics());
        for (var name : List.of(
                "etcd_server_has_leader",
                "etcd_server_leader_changes_seen_total",
                "etcd_server_proposals_committed_total",
                "etcd_server_proposals_applied_total",
                "etcd_server_proposals_pending",
                "etcd_server_proposals_failed_total",
                "etcd_mvcc_db_total_size_in_bytes",
                "etcd_mvcc_db_total_size_in_use_in_bytes",
                "etcd_disk_wal_fsync_duration_seconds_count",
                "etcd_disk_backend_commit_duration_seconds_count",
                "etcd_network_client_grpc_received_bytes_total",
                "etcd_network_client_grpc_sent_bytes_total",
                "etcd_server_heartbeat_send_failures_total",
                "etcd_server_slow_apply_total",
                "etcd_server_snapshot_apply_in_progress_total",
                "etcd_server_learner_promote_successes",
                "etcd_debugging_lease_ttl_total_count",
                "etcd_debugging_mvcc_db_compaction_total_duration_milliseconds_count",
                "etcd_disk_backend_snapshot_duration_seconds_count",
                "etcd_snap_db_fsync_duration_seconds_count",
                "etcd_snap_db_save_total_duration_seconds_count")) {
            assertTrue(text.contains("\n" + name + " 0\n"), name);
        }
        assertTrue(text.contains("\netcd_server_quota_backend_bytes 2.147483648e+09\n"));
        assertTrue(text.contains("# TYPE etcd_server_proposals_committed_total gauge\n"));
    }

    @Test // OP-80
    void every_code_of_a_method_exists_with_zero() throws Exception {
        var metrics = metrics();
        metrics.api().rpc("etcdserverpb.Watch", "Watch", Kind.BIDI_STREAM);
        var handled = text(metrics)
                .lines()
                .filter(l -> l.startsWith("grpc_server_handled_total{"))
                .toList();
        assertEquals(17, handled.size());
        assertTrue(handled.stream().allMatch(l -> l.endsWith(" 0")));
    }

    @Test // OP-82
    void an_ended_call_counts_once() throws Exception {
        var metrics = metrics("--metrics=extensive");
        var rpc = metrics.api().rpc("etcdserverpb.KV", "Put", Kind.UNARY);
        rpc.handled(1, rpc.started());
        var labels = "grpc_type=\"unary\",grpc_service=\"etcdserverpb.KV\",grpc_method=\"Put\"";
        var text = text(metrics);
        assertTrue(text.contains("grpc_server_started_total{" + labels + "} 1\n"));
        assertTrue(text.contains("grpc_server_handled_total{" + labels + ",grpc_code=\"Canceled\"} 1\n"));
        assertTrue(text.contains("grpc_server_handling_seconds_count{" + labels + "} 1\n"));
    }

    @Test // §8.3
    void storesOnTheirWay_areCountedByPeer() throws Exception {
        var metrics = metrics();
        var snapshots = metrics.member().snapshots();
        snapshots.sending(0xb);
        assertTrue(text(metrics).contains("etcd_network_snapshot_send_inflights_total{To=\"b\"} 1\n"));
        snapshots.sent(0xb, 150_000_000);
        snapshots.sending(0xb);
        snapshots.notSent(0xb);
        snapshots.receiving(0xc);
        snapshots.received(0xc, 2_000_000, 1_000_000);
        snapshots.receiving(0xc);
        snapshots.notReceived(0xc);
        var text = text(metrics);
        for (var line : List.of(
                "etcd_network_snapshot_send_inflights_total{To=\"b\"} 0",
                "etcd_network_snapshot_send_success{To=\"b\"} 1",
                "etcd_network_snapshot_send_failures{To=\"b\"} 1",
                "etcd_network_snapshot_send_total_duration_seconds_bucket{To=\"b\",le=\"0.1\"} 0",
                "etcd_network_snapshot_send_total_duration_seconds_bucket{To=\"b\",le=\"0.2\"} 1",
                "etcd_network_snapshot_receive_inflights_total{From=\"c\"} 0",
                "etcd_network_snapshot_receive_success{From=\"c\"} 1",
                "etcd_network_snapshot_receive_failures{From=\"c\"} 1",
                "etcd_network_snapshot_receive_total_duration_seconds_count{From=\"c\"} 1",
                "etcd_snap_db_fsync_duration_seconds_count 1",
                "etcd_snap_db_save_total_duration_seconds_count 1",
                "etcd_disk_backend_snapshot_duration_seconds_count 1")) {
            assertTrue(text.contains("\n" + line + "\n"), line);
        }
    }

    @Test // §8.3, OP-105
    void heartbeats_areTimedByPeer() throws Exception {
        var metrics = metrics();
        metrics.member().roundTrip(0xb, 300_000);
        metrics.member().heartbeatLate();
        var text = text(metrics);
        var bucket = "etcd_network_peer_round_trip_time_seconds_bucket{To=\"b\",le=";
        assertTrue(text.contains(bucket + "\"0.0002\"} 0\n"), text);
        assertTrue(text.contains(bucket + "\"0.0004\"} 1\n"), text);
        assertTrue(text.contains("\netcd_server_heartbeat_send_failures_total 1\n"), text);
    }

    @Test // §8.1, OP-91
    void slowApplies_areCounted() throws Exception {
        var metrics = metrics("--warning-apply-duration=10ms");
        metrics.member().applied("Put", true, 9_000_000);
        metrics.member().applied("Txn", false, 11_000_000);
        var text = text(metrics);
        assertTrue(text.contains("\netcd_server_slow_apply_total 1\n"), text);
        var count = "etcd_server_apply_duration_seconds_count{version=\"v3\",op=\"";
        assertTrue(text.contains(count + "Put\",success=\"true\"} 1\n"), text);
        assertTrue(text.contains(count + "Txn\",success=\"false\"} 1\n"), text);
    }

    @TempDir
    Path dir;

    private List<String> warnings(Work work) throws Exception {
        var file = dir.resolve("log");
        Logging.configure(new LogSettings("warn", false, List.of(file.toString()), Optional.empty()));
        try {
            work.run();
        } finally {
            Logging.configure(LogSettings.DEFAULT);
        }
        return Files.readAllLines(file);
    }

    private interface Work {
        void run() throws Exception;
    }

    @Test // OP-91, OP-95, OP-105
    void whatTakesTooLong_isWrittenToTheLog() throws Exception {
        var metrics = metrics("--warning-apply-duration=10ms", "--warning-unary-request-duration=1h");
        var put = metrics.api().rpc("etcdserverpb.KV", "Put", Kind.UNARY);
        var watch = metrics.api().rpc("etcdserverpb.Watch", "Watch", Kind.BIDI_STREAM);
        long twoHoursAgo = System.nanoTime() - Duration.ofHours(2).toNanos();
        var lines = warnings(() -> {
            metrics.member().applied("Txn", true, 11_000_000);
            metrics.member().applied("Put", true, 9_000_000);
            metrics.member().walFsync(1_500_000_000);
            metrics.member().walFsync(900_000_000);
            metrics.member().slowReadIndex();
            put.handled(0, put.started());
            put.handled(14, twoHoursAgo);
            watch.handled(0, watch.started());
        });
        assertEquals(4, lines.size(), lines::toString);
        assertTrue(lines.get(0).contains("\"msg\":\"apply request took too long\",\"took\":\"11ms\""), lines.get(0));
        assertTrue(lines.get(0).contains("\"request\":\"Txn\""), lines.get(0));
        assertTrue(lines.get(1).contains("\"msg\":\"slow fdatasync\",\"took\":\"1.5s\""), lines.get(1));
        assertTrue(lines.get(2).contains("waiting for ReadIndex response took too long, retrying"), lines.get(2));
        assertTrue(lines.get(3).contains("\"msg\":\"request stats\",\"time spent\":\"2h0m0."), lines.get(3));
        assertTrue(
                lines.get(3).contains("\"response type\":\"/etcdserverpb.KV/Put\",\"code\":\"Unavailable\""),
                lines.get(3));
    }

    @Test
    void peerThatIsGone_isNeitherReachableNorUnreachable() throws Exception {
        var metrics = metrics();
        metrics.peers().reachable(10, true);
        metrics.peers().reachable(11, false);
        assertTrue(text(metrics).contains("\nactd_cluster_peer_reachable{To=\"a\"} 1\n"));
        assertTrue(text(metrics).contains("\nactd_cluster_peer_reachable{To=\"b\"} 0\n"));
        metrics.peers().peerGone(11);
        metrics.peers().sendFailed(11);
        assertFalse(text(metrics).contains("actd_cluster_peer_reachable{To=\"b\"}"));
    }

    @Test // §8.1, §8.2
    void readsAndHashes_areTimed() throws Exception {
        var metrics = metrics();
        metrics.api().ranged(true, 1000);
        metrics.api().ranged(false, 1000);
        metrics.api().hashed(false, 1000);
        metrics.api().hashed(true, 1000);
        var text = text(metrics);
        for (var series : List.of(
                "etcd_server_range_duration_seconds_count{success=\"true\"}",
                "etcd_server_range_duration_seconds_count{success=\"false\"}",
                "etcd_mvcc_hash_duration_seconds_count",
                "etcd_mvcc_hash_rev_duration_seconds_count")) {
            assertTrue(text.contains("\n" + series + " 1\n"), series);
        }
    }

    @Test // §8.1
    void promotions_areCountedByTheReasonOfTheirRefusal() throws Exception {
        var metrics = metrics();
        metrics.member().learnerPromoted();
        metrics.member().learnerNotPromoted("not yet");
        var text = text(metrics);
        assertTrue(text.contains("\netcd_server_learner_promote_successes 1\n"), text);
        assertTrue(text.contains("\netcd_server_learner_promote_failures{Reason=\"not yet\"} 1\n"), text);
    }

    @Test // §8.5
    void the_process_shows_itself() throws Exception {
        var text = text(metrics());
        assertTrue(text.lines().anyMatch(l -> l.matches("process_resident_memory_bytes [1-9].*")), text);
        assertTrue(text.lines().anyMatch(l -> l.matches("process_open_fds [1-9].*")));
        assertTrue(text.lines().anyMatch(l -> l.matches("process_start_time_seconds 1\\..*e\\+09")));
    }
}
