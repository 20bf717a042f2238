package io.actd.e2e.story;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.Message;
import io.actd.e2e.client.EtcdClient;
import io.actd.e2e.client.Rpc;
import io.actd.e2e.cluster.Cluster;
import io.actd.e2e.cluster.Member;
import io.actd.e2e.load.Load;
import io.actd.protocol.api.CompactionRequest;
import io.actd.protocol.api.DeleteRangeRequest;
import io.actd.protocol.api.LeaseGrantRequest;
import io.actd.protocol.api.LeaseKeepAliveRequest;
import io.actd.protocol.api.LeaseRevokeRequest;
import io.actd.protocol.api.PutRequest;
import io.actd.protocol.api.RangeRequest;
import io.actd.protocol.api.RequestOp;
import io.actd.protocol.api.TxnRequest;
import io.grpc.MethodDescriptor;
import io.grpc.StatusRuntimeException;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.parallel.Isolated;

@Order(Integer.MAX_VALUE) // needs processes of its own
@Isolated
class DiskFullIT {
    private static final int DISK_MEBIBYTES = 768;

    /** Less than the reserve, more than LevelDB needs. */
    private static final int NEARLY_FULL = 200;

    /** What LevelDB needs and what the flood takes are more than this. */
    private static final int SOON_FULL = 120;

    private static final long LEASE = 7;

    @RegisterExtension
    final Cluster cluster = new Cluster();

    // faults.md 13, D20; spec MT-7
    @Test
    void nearlyFullDiskOfAFollower_stopsAllWrites_untilThereIsSpaceAndTheAlarmIsDisarmed() {
        Load load = cluster.onDisksOf(DISK_MEBIBYTES).start(3).load();
        Member full = cluster.followers().get(0);
        cluster.fillDisk(full, NEARLY_FULL);
        cluster.awaitNoSpaceAlarm(full);
        for (Member member : cluster.members()) {
            try (EtcdClient client = member.connect()) {
                refusesWhatTakesSpace(client);
                client.call(Rpc.RANGE, get());
            }
        }
        cluster.freeDisk(full);
        cluster.disarm(full);
        load.awaitWrites(200);
    }

    // spec MT-3, MT-4, MT-7: the rest goes on, also over a restart
    @Test
    void nearlyFullDisk_letsEverythingPassThatTakesNoSpace() {
        Member member = cluster.onDisksOf(DISK_MEBIBYTES).start(1).leader();
        try (EtcdClient client = member.connect()) {
            client.call(Rpc.LEASE_GRANT, grant(LEASE));
            client.call(Rpc.PUT, put("a"));
            client.call(Rpc.PUT, put("k"));
        }
        cluster.fillDisk(member, NEARLY_FULL);
        cluster.awaitNoSpaceAlarm(member);
        member.kill();
        member.restart();
        cluster.awaitNoSpaceAlarm(member);
        try (EtcdClient client = member.connect()) {
            refusesWhatTakesSpace(client);
            assertEquals("of k", value(client));
            assertTrue(client.first(Rpc.LEASE_KEEP_ALIVE, keepAlive()).getTTL() > 0);
            client.call(
                    Rpc.LEASE_REVOKE,
                    LeaseRevokeRequest.newBuilder().setID(LEASE).build());
            assertEquals(1, client.call(Rpc.DELETE_RANGE, delete()).getDeleted());
            TxnRequest deletes = TxnRequest.newBuilder()
                    .addSuccess(RequestOp.newBuilder().setRequestDeleteRange(delete()))
                    .build();
            long revision = client.call(Rpc.TXN, deletes).getHeader().getRevision();
            client.call(
                    Rpc.COMPACT,
                    CompactionRequest.newBuilder()
                            .setRevision(revision)
                            .setPhysical(true)
                            .build());
            cluster.disarm(member);
            cluster.awaitNoSpaceAlarm(member); // it was too early
            cluster.freeDisk(member);
            refusesWhatTakesSpace(client);
            cluster.disarm(member);
            client.call(Rpc.PUT, put("k"));
            assertEquals("of k", value(client));
        }
    }

    // faults.md 13
    @Test
    void fullDiskOfAFollower_endsItWithTheReason_andDisturbsNobodyElse() {
        Load load = cluster.onDisksOf(DISK_MEBIBYTES)
                .start(3, "--disk-reserve-bytes=0")
                .load();
        Member full = cluster.followers().get(0);
        cluster.fillDisk(full, SOON_FULL);
        load.flood(60, 400, 128 << 10);
        full.endsForWantOfSpace();
        full.refusesItsDisk();
        load.awaitWrites(300);
        cluster.freeDisk(full);
        full.restart();
        load.awaitWrites(200);
    }

    private static void refusesWhatTakesSpace(EtcdClient client) {
        RequestOp.Builder putting = RequestOp.newBuilder().setRequestPut(put("refused"));
        isRefused(client, Rpc.PUT, put("refused"));
        isRefused(client, Rpc.TXN, TxnRequest.newBuilder().addSuccess(putting).build());
        isRefused(client, Rpc.TXN, TxnRequest.newBuilder().addFailure(putting).build());
        isRefused(client, Rpc.LEASE_GRANT, grant(LEASE + 1));
    }

    private static <Q extends Message, R extends Message> void isRefused(
            EtcdClient client, MethodDescriptor<Q, R> method, Q request) {
        assertEquals(
                "RESOURCE_EXHAUSTED: etcdserver: mvcc: database space exceeded",
                assertThrows(StatusRuntimeException.class, () -> client.call(method, request))
                        .getMessage());
    }

    private static LeaseGrantRequest grant(long lease) {
        return LeaseGrantRequest.newBuilder().setID(lease).setTTL(600).build();
    }

    private static LeaseKeepAliveRequest keepAlive() {
        return LeaseKeepAliveRequest.newBuilder().setID(LEASE).build();
    }

    private static PutRequest put(String key) {
        return PutRequest.newBuilder()
                .setKey(EtcdClient.bytes(key))
                .setValue(EtcdClient.bytes("of " + key))
                .build();
    }

    private static DeleteRangeRequest delete() {
        return DeleteRangeRequest.newBuilder().setKey(EtcdClient.bytes("a")).build();
    }

    private static RangeRequest get() {
        return RangeRequest.newBuilder().setKey(EtcdClient.bytes("k")).build();
    }

    private static String value(EtcdClient client) {
        return client.call(Rpc.RANGE, get()).getKvs(0).getValue().toStringUtf8();
    }
}
