package io.actd.e2e.load;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.Message;
import io.actd.e2e.Await;
import io.actd.e2e.client.EtcdClient;
import io.actd.e2e.client.Rpc;
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
import java.time.Duration;

/** A client that takes space, two pairs and a lease, and what it is told where space is short (spec MT-3, MT-4, MT-7). */
public final class SpaceUser implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final long LEASE = 7;
    private static final long TTL_SECONDS = 600;

    private final EtcdClient client;

    /** Connects to that server. */
    public SpaceUser(Server server) {
        client = server.connect();
    }

    /** Takes space, which must be had. */
    public void takesSpace() {
        client.call(Rpc.LEASE_GRANT, grant(LEASE));
        client.call(Rpc.PUT, put("a"));
        client.call(Rpc.PUT, put("k"));
    }

    /** Asks for space in every way, which must be refused. */
    public void isRefusedSpace() {
        RequestOp.Builder putting = RequestOp.newBuilder().setRequestPut(put("refused"));
        isRefused(Rpc.PUT, put("refused"));
        isRefused(Rpc.TXN, TxnRequest.newBuilder().addSuccess(putting).build());
        isRefused(Rpc.TXN, TxnRequest.newBuilder().addFailure(putting).build());
        isRefused(Rpc.LEASE_GRANT, grant(LEASE + 1));
    }

    private <Q extends Message, R extends Message> void isRefused(MethodDescriptor<Q, R> method, Q request) {
        assertEquals(
                "RESOURCE_EXHAUSTED: etcdserver: mvcc: database space exceeded",
                assertThrows(StatusRuntimeException.class, () -> ask(method, request))
                        .getMessage());
    }

    /** Reads go on. */
    public void canRead() {
        ask(Rpc.RANGE, get());
    }

    /** What may well be asked twice. */
    private <Q extends Message, R extends Message> R ask(MethodDescriptor<Q, R> method, Q request) {
        return Await.answer(method.getFullMethodName(), PATIENCE, () -> client.call(method, request));
    }

    /** What {@link #takesSpace} took is there: the pair can be read and the lease be kept alive. */
    public void hasItsSpace() {
        assertEquals("of k", client.call(Rpc.RANGE, get()).getKvs(0).getValue().toStringUtf8());
        LeaseKeepAliveRequest alive =
                LeaseKeepAliveRequest.newBuilder().setID(LEASE).build();
        assertTrue(client.first(Rpc.LEASE_KEEP_ALIVE, alive).getTTL() > 0);
    }

    /** Gives space back in every way, which must be possible: the lease, a pair, and what was there before. */
    public void givesSpaceBack() {
        client.call(
                Rpc.LEASE_REVOKE, LeaseRevokeRequest.newBuilder().setID(LEASE).build());
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
    }

    private static LeaseGrantRequest grant(long lease) {
        return LeaseGrantRequest.newBuilder().setID(lease).setTTL(TTL_SECONDS).build();
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

    @Override
    public void close() {
        client.close();
    }
}
