package io.actd.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.actd.e2e.client.EtcdClient;
import io.actd.e2e.cluster.Metrics;
import io.actd.e2e.server.Members;
import io.actd.e2e.server.ServerProcess;
import io.actd.e2e.server.Servers;
import io.actd.e2e.server.Target;
import io.grpc.StatusRuntimeException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.DoublePredicate;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What three members show of themselves and of each other while they come and go (operations.md §8.1 to §8.3). */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class MetricsIT {
    private static final Duration TIMEOUT = Duration.ofSeconds(30);
    private static final int MORE_THAN_THE_LOG_KEEPS = 300;
    private static final String FAILED = "etcd_server_proposals_failed_total";

    @RegisterExtension
    static final Servers SERVERS = new Servers();

    private static Members cluster;

    @BeforeAll
    static void found() {
        Assumptions.assumeTrue(Target.underTest() == Target.ACTD, "etcd 3.4 has not all of these");
        cluster = Members.start(SERVERS, 3, "--snapshot-count=100", "--snapshot-catchup-entries=10");
    }

    @AfterEach
    void allHoldTheSame() {
        boolean majorityRuns = cluster.running().size() > 1;
        if (majorityRuns) cluster.awaitEqualHashes();
    }

    @AfterAll
    static void forget() {
        cluster = null;
    }

    @Test
    @Order(1)
    void everyMember_showsItsPlace() {
        for (ServerProcess member : cluster.members()) {
            shows(member, "etcd_server_has_leader", 1);
            showsWhetherItLeads(member);
            shows(member, "etcd_server_is_learner", 0);
            shows(member, "etcd_server_id{server_id=\"" + hex(member) + "\"}", 1);
            shows(member, "etcd_cluster_version{cluster_version=\"3.6\"}", 1);
            shows(member, "etcd_server_feature_enabled{name=\"LeaseCheckpoint\",stage=\"ALPHA\"}", 1);
            await(member, "etcd_server_leader_changes_seen_total", changes -> changes >= 1);
            for (ServerProcess other : cluster.members()) {
                if (other == member) continue;
                shows(member, "etcd_network_known_peers" + between(member, other), 1);
                shows(member, "etcd_network_active_peers" + between(member, other), 1);
                shows(member, "actd_cluster_peer_reachable{To=\"" + hex(other) + "\"}", 1);
            }
        }
    }

    @Test
    @Order(2)
    void whatIsProposed_isCountedWhereItPasses() {
        cluster.inOneTerm(() -> {
            ServerProcess leader = cluster.leader();
            ServerProcess follower = cluster.follower();
            Map<ServerProcess, Double> failedBefore = cluster.members().stream()
                    .collect(Collectors.toMap(member -> member, member -> now(member, FAILED)));
            puts(follower, 20);
            double committed = now(follower, "etcd_server_proposals_committed_total");
            for (ServerProcess member : cluster.members()) {
                await(member, "etcd_server_proposals_committed_total", index -> index >= committed);
                await(member, "etcd_server_proposals_applied_total", index -> index >= committed);
                shows(member, "etcd_server_proposals_pending", 0);
                assertEquals(failedBefore.get(member), now(member, FAILED), FAILED);
                countsItsPuts(member);
                await(member, "etcd_disk_wal_fsync_duration_seconds_count", fsyncs -> fsyncs >= 1);
            }
            await(follower, "etcd_network_peer_sent_bytes_total{To=\"" + hex(leader) + "\"}", bytes -> bytes > 0);
            await(leader, "etcd_network_peer_received_bytes_total{From=\"" + hex(follower) + "\"}", bytes -> bytes > 0);
            await(
                    leader,
                    "etcd_network_peer_round_trip_time_seconds_count{To=\"" + hex(follower) + "\"}",
                    answers -> answers > 0);
        });
    }

    /** Every put it has applied, whoever asked for it. */
    private static void countsItsPuts(ServerProcess member) {
        String series = "etcd_server_apply_duration_seconds_count{version=\"v3\",op=\"Put\",success=\"true\"}";
        Await.until(series, TIMEOUT, () -> {
            double shown = now(member, series);
            return shown >= 20 && shown == Members.puts(member);
        });
    }

    @Test
    @Order(3)
    void leaderThatIsKilled_isMissed_andSentTheStoreWhenItIsBack() {
        ServerProcess killed = cluster.leader();
        String id = hex(killed);
        List<ServerProcess> survivors =
                cluster.members().stream().filter(member -> member != killed).toList();
        List<Double> changesBefore = survivors.stream()
                .map(member -> now(member, "etcd_server_leader_changes_seen_total"))
                .toList();
        List<String> ways =
                survivors.stream().map(member -> between(member, killed)).toList();
        killed.kill9();
        for (int i = 0; i < survivors.size(); i++) {
            ServerProcess survivor = survivors.get(i);
            double before = changesBefore.get(i);
            await(survivor, "etcd_server_leader_changes_seen_total", changes -> changes > before);
            showsWhetherItLeads(survivor);
            shows(survivor, "etcd_network_known_peers" + ways.get(i), 1);
            shows(survivor, "etcd_network_active_peers" + ways.get(i), 0);
            await(survivor, "etcd_network_disconnected_peers_total" + ways.get(i), times -> times >= 1);
            shows(survivor, "actd_cluster_peer_reachable{To=\"" + id + "\"}", 0);
        }
        awaitAny(survivors, "etcd_network_peer_sent_failures_total{To=\"" + id + "\"}");
        puts(survivors.get(0), MORE_THAN_THE_LOG_KEEPS);
        for (ServerProcess survivor : survivors) survivor.log().await("saved snapshot to disk", TIMEOUT); // spec OP-89

        killed.restart();
        ServerProcess sender = awaitAny(survivors, "etcd_network_snapshot_send_success{To=\"" + id + "\"}");
        sender.log().await("sent database snapshot", TIMEOUT); // spec OP-89
        shows(sender, "etcd_network_snapshot_send_inflights_total{To=\"" + id + "\"}", 0);
        await(killed, "etcd_network_snapshot_receive_success{From=\"" + hex(sender) + "\"}", received -> received >= 1);
        await(killed, "etcd_snap_db_save_total_duration_seconds_count", saved -> saved >= 1);
        shows(killed, "etcd_server_snapshot_apply_in_progress_total", 0);
        for (ServerProcess member : cluster.members()) {
            shows(member, "etcd_debugging_mvcc_keys_total", MORE_THAN_THE_LOG_KEEPS);
        }
    }

    @Test
    @Order(4)
    void proposalWithoutAMajority_isCountedAsFailed() {
        ServerProcess left = cluster.follower();
        cluster.members().stream().filter(member -> member != left).forEach(ServerProcess::kill9);
        shows(left, "etcd_server_has_leader", 0);
        double failed = now(left, FAILED);
        try (EtcdClient client = EtcdClient.connect(left.endpoint())) {
            assertThrows(StatusRuntimeException.class, () -> client.put("k", "v"));
        }
        shows(left, FAILED, failed + 1);
        shows(left, "etcd_server_proposals_pending", 0);
    }

    /** Keys that are the same from call to call. */
    private static void puts(ServerProcess at, int howMany) {
        try (EtcdClient client = EtcdClient.connect(at.endpoint())) {
            for (int i = 0; i < howMany; i++) {
                String key = "key-" + i;
                Await.answer(key + " is put", TIMEOUT, () -> client.put(key, "v"));
            }
        }
    }

    private static String hex(ServerProcess member) {
        return Long.toHexString(Members.id(member));
    }

    private static String between(ServerProcess local, ServerProcess remote) {
        return "{Local=\"" + hex(local) + "\",Remote=\"" + hex(remote) + "\"}";
    }

    /** The one of them that has counted this: who leads may change. */
    private static ServerProcess awaitAny(List<ServerProcess> members, String series) {
        return Await.value(series, TIMEOUT, () -> members.stream()
                .filter(member ->
                        Metrics.of(member).value(series).filter(n -> n > 0).isPresent())
                .findFirst());
    }

    private static void showsWhetherItLeads(ServerProcess member) {
        Await.until("place of " + member.config().name(), TIMEOUT, () -> {
            boolean shown = now(member, "etcd_server_is_leader") == 1;
            return shown == (member == cluster.leader());
        });
    }

    /** What it shows at this moment, as soon as it answers. */
    private static double now(ServerProcess member, String series) {
        return Metrics.await(member, TIMEOUT).value(series).orElseThrow();
    }

    private static void shows(ServerProcess member, String series, double value) {
        await(member, series, shown -> shown == value);
    }

    private static void await(ServerProcess member, String series, DoublePredicate expected) {
        Await.until(
                series + " of " + member.config().name(),
                TIMEOUT,
                () -> Metrics.of(member).value(series).filter(expected::test).isPresent());
    }
}
