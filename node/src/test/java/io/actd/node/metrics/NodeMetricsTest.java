package io.actd.node.metrics;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.actd.api.ApiMetrics.Kind;
import io.actd.node.config.NodeConfig;
import io.actd.node.flag.CommandLine;
import io.actd.node.flag.FlagTable;
import java.util.List;
import org.junit.jupiter.api.Test;

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
                "etcd_network_client_grpc_sent_bytes_total")) {
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

    @Test // §8.5
    void the_process_shows_itself() throws Exception {
        var text = text(metrics());
        assertTrue(text.lines().anyMatch(l -> l.matches("process_resident_memory_bytes [1-9].*")), text);
        assertTrue(text.lines().anyMatch(l -> l.matches("process_open_fds [1-9].*")));
        assertTrue(text.lines().anyMatch(l -> l.matches("process_start_time_seconds 1\\..*e\\+09")));
    }
}
