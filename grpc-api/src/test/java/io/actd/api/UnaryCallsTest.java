package io.actd.api;

import static io.actd.api.LiveServer.bytes;
import static io.actd.api.LiveServer.refusal;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.ByteString;
import io.actd.protocol.api.AlarmRequest;
import io.actd.protocol.api.AlarmResponse;
import io.actd.protocol.api.AlarmType;
import io.actd.protocol.api.AuthStatusRequest;
import io.actd.protocol.api.AuthStatusResponse;
import io.actd.protocol.api.AuthUserAddRequest;
import io.actd.protocol.api.AuthUserAddResponse;
import io.actd.protocol.api.DeleteRangeRequest;
import io.actd.protocol.api.HashKVRequest;
import io.actd.protocol.api.HashKVResponse;
import io.actd.protocol.api.HashRequest;
import io.actd.protocol.api.HashResponse;
import io.actd.protocol.api.LeaseLeasesRequest;
import io.actd.protocol.api.LeaseLeasesResponse;
import io.actd.protocol.api.LeaseRevokeRequest;
import io.actd.protocol.api.LeaseRevokeResponse;
import io.actd.protocol.api.LeaseStatus;
import io.actd.protocol.api.LeaseTimeToLiveRequest;
import io.actd.protocol.api.LeaseTimeToLiveResponse;
import io.actd.protocol.api.MemberListRequest;
import io.actd.protocol.api.MemberListResponse;
import io.actd.protocol.api.PutRequest;
import io.actd.protocol.api.RangeRequest;
import io.actd.protocol.api.RequestOp;
import io.actd.protocol.api.StatusRequest;
import io.actd.protocol.api.StatusResponse;
import io.actd.protocol.api.TxnRequest;
import io.actd.protocol.health.HealthCheckRequest;
import io.actd.protocol.health.HealthCheckResponse;
import io.actd.protocol.lock.LockRequest;
import io.actd.protocol.lock.LockResponse;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Unary methods, called by grpc-java. */
class UnaryCallsTest {
    private static LiveServer server;
    private static Calls calls;

    @BeforeAll
    static void start(@TempDir Path dir) throws Exception {
        server = LiveServer.start(dir);
        calls = new Calls(server);
    }

    @AfterAll
    static void stop() throws Exception {
        server.close();
    }

    @Test
    void putThenGet_pairAndHeaderOfThisMember() { // spec H-1, H-2, R-5
        long revision = calls.put("a", "1").getHeader().getRevision();
        var got = calls.get("a");
        assertEquals("1", got.getKvs(0).getValue().toStringUtf8());
        assertEquals(revision, got.getKvs(0).getModRevision());
        assertEquals(LiveServer.MEMBER_ID, got.getHeader().getMemberId());
        assertTrue(got.getHeader().getRaftTerm() > 0);
        var stale = calls.range(RangeRequest.newBuilder()
                .setKey(bytes("a"))
                .setSerializable(true)
                .build());
        assertEquals(got.getKvsList(), stale.getKvsList()); // spec RG-2
    }

    @Test
    void requestInPieces_isCollected() {
        var value = "x".repeat(1_000_000); // far more than one HTTP/2 frame
        calls.put("large", value);
        assertEquals(1_000_000, calls.get("large").getKvs(0).getValue().size());
    }

    @Test
    void wrongRequests_areRefusedWithTheTextsOfEtcd() { // spec errors.md §1, §2
        var noKey = PutRequest.newBuilder().setValue(bytes("v")).build();
        assertEquals("INVALID_ARGUMENT etcdserver: key is not provided", refusal(() -> calls.put(noKey)));
        assertEquals("INVALID_ARGUMENT etcdserver: key is not provided", refusal(() -> calls.get("")));
        var future = RangeRequest.newBuilder()
                .setKey(bytes("a"))
                .setRevision(1_000_000)
                .build();
        assertEquals(
                "OUT_OF_RANGE etcdserver: mvcc: required revision is a future revision",
                refusal(() -> calls.range(future)));
        var unsortable = RangeRequest.newBuilder()
                .setKey(bytes("a"))
                .setSortOrderValue(9)
                .build();
        assertEquals("INVALID_ARGUMENT etcdserver: invalid sort option", refusal(() -> calls.range(unsortable)));
        var noLease = PutRequest.newBuilder().setKey(bytes("a")).setLease(4711).build();
        assertEquals("NOT_FOUND etcdserver: requested lease not found", refusal(() -> calls.put(noLease)));
    }

    @Test
    void requestAboveMaxRequestBytes_isTooLarge() { // spec §18
        var large = PutRequest.newBuilder()
                .setKey(bytes("k"))
                .setValue(ByteString.copyFrom(new byte[1_572_864]))
                .build();
        assertEquals("INVALID_ARGUMENT etcdserver: request is too large", refusal(() -> calls.put(large)));
        var larger = PutRequest.newBuilder()
                .setKey(bytes("k"))
                .setValue(ByteString.copyFrom(new byte[2_097_152]))
                .build();
        assertEquals(
                "RESOURCE_EXHAUSTED grpc: received message larger than max (" + larger.getSerializedSize()
                        + " vs. 2097152)",
                refusal(() -> calls.put(larger)));
    }

    @Test
    void txn_readOnlyAndWriting() { // spec TX-10, TX-17
        calls.put("t", "1");
        var read = RequestOp.newBuilder()
                .setRequestRange(RangeRequest.newBuilder().setKey(bytes("t")))
                .build();
        var write = RequestOp.newBuilder()
                .setRequestPut(PutRequest.newBuilder().setKey(bytes("t")).setValue(bytes("2")))
                .build();
        long index = status().getRaftIndex();
        assertTrue(calls.txn(TxnRequest.newBuilder().addSuccess(read).build()).getSucceeded());
        assertEquals(index, status().getRaftIndex());
        var written = calls.txn(
                TxnRequest.newBuilder().addSuccess(write).addSuccess(read).build());
        assertEquals(
                "2",
                written.getResponses(1).getResponseRange().getKvs(0).getValue().toStringUtf8());
        var twice = TxnRequest.newBuilder().addSuccess(write).addSuccess(write).build();
        assertEquals(
                "INVALID_ARGUMENT etcdserver: duplicate key given in txn request", refusal(() -> calls.txn(twice)));
    }

    @Test
    void txnNestedAsDeepAsItsLimitAllows_isServed() { // spec TX-2
        var txn = TxnRequest.newBuilder()
                .addSuccess(RequestOp.newBuilder()
                        .setRequestPut(PutRequest.newBuilder().setKey(bytes("deep"))))
                .build();
        for (int depth = 1; depth < 128; depth++) {
            txn = TxnRequest.newBuilder()
                    .addSuccess(RequestOp.newBuilder().setRequestTxn(txn))
                    .build();
        }
        assertTrue(server.call("etcdserverpb.KV/Txn", txn, com.google.protobuf.Empty.getDefaultInstance())
                .isInitialized());
        assertEquals(1, calls.get("deep").getCount());
    }

    @Test
    void compactPhysically_answersAndRefusesOlderReads() { // spec C-1, C-3
        calls.put("c", "1");
        long revision = calls.put("c", "2").getHeader().getRevision();
        calls.compact(revision, true);
        assertEquals(
                "OUT_OF_RANGE etcdserver: mvcc: required revision has been compacted",
                refusal(() -> calls.compact(revision, true)));
        var older = RangeRequest.newBuilder()
                .setKey(bytes("c"))
                .setRevision(revision - 1)
                .build();
        assertEquals(
                "OUT_OF_RANGE etcdserver: mvcc: required revision has been compacted",
                refusal(() -> calls.range(older)));
    }

    @Test
    void deleteRange_tellsWhatWasThere() { // spec D-1, D-2
        calls.put("d1", "1");
        calls.put("d2", "2");
        var deleted = calls.delete(DeleteRangeRequest.newBuilder()
                .setKey(bytes("d"))
                .setRangeEnd(bytes("e"))
                .setPrevKv(true)
                .build());
        assertEquals(2, deleted.getDeleted());
        assertEquals("d1", deleted.getPrevKvs(0).getKey().toStringUtf8());
    }

    @Test
    void leases_grantTimeToLiveListRevoke() { // spec L-1, L-2, L-4, L-16, L-17
        var granted = calls.grant(60, 0);
        assertTrue(granted.getID() > 0);
        assertEquals(60, granted.getTTL());
        calls.put(PutRequest.newBuilder()
                .setKey(bytes("leased"))
                .setLease(granted.getID())
                .build());
        var alive = timeToLive(granted.getID());
        assertEquals(60, alive.getGrantedTTL());
        assertEquals("leased", alive.getKeys(0).toStringUtf8());
        assertEquals(-1, timeToLive(4711).getTTL());
        var all = server.call(
                "etcdserverpb.Lease/LeaseLeases",
                LeaseLeasesRequest.getDefaultInstance(),
                LeaseLeasesResponse.getDefaultInstance());
        assertTrue(all.getLeasesList()
                .contains(LeaseStatus.newBuilder().setID(granted.getID()).build()));
        assertEquals(
                "FAILED_PRECONDITION etcdserver: lease already exists",
                refusal(() -> calls.grant(60, granted.getID())));
        revoke(granted.getID());
        assertEquals(0, calls.get("leased").getCount());
        assertEquals("NOT_FOUND etcdserver: requested lease not found", refusal(() -> revoke(granted.getID())));
        assertEquals("OUT_OF_RANGE etcdserver: too large lease TTL", refusal(() -> calls.grant(9_000_000_001L, 0)));
    }

    private static LeaseTimeToLiveResponse timeToLive(long id) {
        return server.call(
                "etcdserverpb.Lease/LeaseTimeToLive",
                LeaseTimeToLiveRequest.newBuilder().setID(id).setKeys(true).build(),
                LeaseTimeToLiveResponse.getDefaultInstance());
    }

    private static void revoke(long id) {
        server.call(
                "etcdserverpb.Lease/LeaseRevoke",
                LeaseRevokeRequest.newBuilder().setID(id).build(),
                LeaseRevokeResponse.getDefaultInstance());
    }

    private static StatusResponse status() {
        return server.call(
                "etcdserverpb.Maintenance/Status",
                StatusRequest.getDefaultInstance(),
                StatusResponse.getDefaultInstance());
    }

    @Test
    void status_tellsAllFields() { // spec MT-9
        var status = status();
        assertEquals("3.6.0", status.getVersion());
        assertEquals(LiveServer.MEMBER_ID, status.getLeader());
        assertEquals(2L << 30, status.getDbSizeQuota());
        assertTrue(status.getRaftIndex() > 0 && status.getRaftAppliedIndex() > 0 && status.getRaftTerm() > 0);
        assertTrue(status.hasDowngradeInfo());
        assertFalse(status.getIsLearner());
        assertEquals(0, status.getErrorsCount());
    }

    @Test
    void alarms_activateListDeactivate() { // spec MT-2 to MT-4, MT-7, MT-9
        alarm(AlarmRequest.AlarmAction.ACTIVATE, AlarmType.NOSPACE);
        assertEquals(1, alarm(AlarmRequest.AlarmAction.GET, AlarmType.NONE).getAlarmsCount());
        assertEquals(0, alarm(AlarmRequest.AlarmAction.GET, AlarmType.CORRUPT).getAlarmsCount());
        assertTrue(status().getErrors(0).contains("alarm:NOSPACE"));
        assertEquals(
                "RESOURCE_EXHAUSTED etcdserver: mvcc: database space exceeded", refusal(() -> calls.put("full", "1")));
        assertEquals(
                1, alarm(AlarmRequest.AlarmAction.DEACTIVATE, AlarmType.NOSPACE).getAlarmsCount());
        calls.put("full", "1");
        var undefined = AlarmRequest.newBuilder().setActionValue(7).build();
        assertEquals(
                "INVALID_ARGUMENT etcdserver: invalid alarm action",
                refusal(() ->
                        server.call("etcdserverpb.Maintenance/Alarm", undefined, AlarmResponse.getDefaultInstance())));
    }

    private static AlarmResponse alarm(AlarmRequest.AlarmAction action, AlarmType type) {
        return server.call(
                "etcdserverpb.Maintenance/Alarm",
                AlarmRequest.newBuilder()
                        .setAction(action)
                        .setMemberID(LiveServer.MEMBER_ID)
                        .setAlarm(type)
                        .build(),
                AlarmResponse.getDefaultInstance());
    }

    @Test
    void hashes_areAnswered() { // spec MT-14, MT-15
        calls.put("h", "1");
        var kv = server.call(
                "etcdserverpb.Maintenance/HashKV",
                HashKVRequest.getDefaultInstance(),
                HashKVResponse.getDefaultInstance());
        assertEquals(kv.getHeader().getRevision(), kv.getHashRevision());
        var all = server.call(
                "etcdserverpb.Maintenance/Hash", HashRequest.getDefaultInstance(), HashResponse.getDefaultInstance());
        assertTrue(all.getHeader().getRevision() > 0);
    }

    @Test
    void memberList_linearizableOrNot() { // spec H-2, M-1, M-11
        for (boolean linearizable : new boolean[] {true, false}) {
            var list = server.call(
                    "etcdserverpb.Cluster/MemberList",
                    MemberListRequest.newBuilder().setLinearizable(linearizable).build(),
                    MemberListResponse.getDefaultInstance());
            assertEquals(LiveServer.MEMBER_ID, list.getMembers(0).getID());
            assertEquals(0, list.getHeader().getRevision());
        }
    }

    @Test
    void health_onlyOfTheWholeServer() { // spec MD-5
        var request = HealthCheckRequest.getDefaultInstance();
        var serving = server.call("grpc.health.v1.Health/Check", request, HealthCheckResponse.getDefaultInstance());
        assertEquals(HealthCheckResponse.ServingStatus.SERVING, serving.getStatus());
        var other =
                HealthCheckRequest.newBuilder().setService("etcdserverpb.KV").build();
        assertEquals(
                "NOT_FOUND unknown service",
                refusal(() ->
                        server.call("grpc.health.v1.Health/Check", other, HealthCheckResponse.getDefaultInstance())));
    }

    @Test
    void whatIsNotThere_isUnimplemented() {
        assertEquals(
                "UNIMPLEMENTED actd: Lock.Lock is not available yet",
                refusal(() -> server.call(
                        "v3lockpb.Lock/Lock", LockRequest.getDefaultInstance(), LockResponse.getDefaultInstance())));
        assertEquals(
                "UNIMPLEMENTED actd: Auth.UserAdd is not available yet",
                refusal(() -> server.call(
                        "etcdserverpb.Auth/UserAdd",
                        AuthUserAddRequest.getDefaultInstance(),
                        AuthUserAddResponse.getDefaultInstance())));
        var off = server.call(
                "etcdserverpb.Auth/AuthStatus",
                AuthStatusRequest.getDefaultInstance(),
                AuthStatusResponse.getDefaultInstance());
        assertFalse(off.getEnabled());
    }

    @Test
    void unknownNames_areUnimplementedAsGrpcSaysIt() { // spec errors.md §1
        var any = StatusRequest.getDefaultInstance();
        assertEquals("UNIMPLEMENTED unknown service no.Such", refusal(() -> server.call("no.Such/Method", any, any)));
        assertEquals(
                "UNIMPLEMENTED unknown method Get for service etcdserverpb.KV",
                refusal(() -> server.call("etcdserverpb.KV/Get", any, any)));
        assertEquals( // spec MD-6
                "UNIMPLEMENTED unknown service grpc.reflection.v1alpha.ServerReflection",
                refusal(() -> server.call("grpc.reflection.v1alpha.ServerReflection/ServerReflectionInfo", any, any)));
    }

    @Test
    void leaderRequiredAndThere_isServed() { // spec MD-2
        var request = RangeRequest.newBuilder().setKey(bytes("a")).build();
        server.callWith(
                "hasleader",
                "true",
                "etcdserverpb.KV/Range",
                request,
                io.actd.protocol.api.RangeResponse.getDefaultInstance());
    }
}
