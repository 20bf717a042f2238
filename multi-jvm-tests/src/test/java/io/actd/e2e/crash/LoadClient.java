package io.actd.e2e.crash;

import com.google.protobuf.ByteString;
import io.actd.check.KeyRange;
import io.actd.e2e.client.EtcdClient;
import io.etcd.jetcd.api.Compare;
import io.etcd.jetcd.api.DeleteRangeRequest;
import io.etcd.jetcd.api.KVGrpc;
import io.etcd.jetcd.api.LeaseGrantRequest;
import io.etcd.jetcd.api.LeaseGrpc;
import io.etcd.jetcd.api.LeaseRevokeRequest;
import io.etcd.jetcd.api.PutRequest;
import io.etcd.jetcd.api.RangeRequest;
import io.etcd.jetcd.api.RequestOp;
import io.etcd.jetcd.api.TxnRequest;
import io.grpc.StatusRuntimeException;
import java.util.SplittableRandom;

/** One client under load: random requests one after another until the server is gone. */
final class LoadClient implements Runnable {
    private static final int KEYS = 24;
    private static final int LEASES = 4;
    private static final long LEASE_SECONDS = 100_000;

    private final int number;
    private final String endpoint;
    private final Recorder recorder;
    private final SplittableRandom random;
    private final boolean revokes;
    private long values;

    LoadClient(int number, String endpoint, Recorder recorder, SplittableRandom random, boolean revokes) {
        this.number = number;
        this.endpoint = endpoint;
        this.recorder = recorder;
        this.random = random;
        this.revokes = revokes;
    }

    @Override
    public void run() {
        try (EtcdClient connection = EtcdClient.connect(endpoint)) {
            boolean serverIsThere = readAll(connection);
            while (serverIsThere) {
                serverIsThere = step(connection);
            }
        }
    }

    private boolean step(EtcdClient connection) {
        return switch (random.nextInt(16)) {
            case 0 -> readAll(connection);
            case 1, 2 ->
                recorder.call(
                        number,
                        connection,
                        KVGrpc.getRangeMethod(),
                        RangeRequest.newBuilder().setKey(key()).build());
            case 3, 4 -> recorder.call(number, connection, KVGrpc.getDeleteRangeMethod(), delete());
            case 5, 6, 7 -> recorder.call(number, connection, KVGrpc.getTxnMethod(), txn());
            case 8 -> !revokes || revokeAndGrantAgain(connection);
            default -> recorder.call(number, connection, KVGrpc.getPutMethod(), put());
        };
    }

    private boolean readAll(EtcdClient connection) {
        return recorder.call(
                number,
                connection,
                KVGrpc.getRangeMethod(),
                RangeRequest.newBuilder()
                        .setKey(KeyRange.ZERO)
                        .setRangeEnd(KeyRange.ZERO)
                        .build());
    }

    private boolean revokeAndGrantAgain(EtcdClient connection) {
        long lease = lease();
        boolean answered = recorder.call(
                number,
                connection,
                LeaseGrpc.getLeaseRevokeMethod(),
                LeaseRevokeRequest.newBuilder().setID(lease).build());
        if (answered) {
            grant(connection, lease);
        }
        return answered;
    }

    /** Grants change no revision, so they are not recorded; two clients may race for one lease. */
    private static void grant(EtcdClient connection, long lease) {
        try {
            connection.call(
                    LeaseGrpc.getLeaseGrantMethod(),
                    LeaseGrantRequest.newBuilder()
                            .setID(lease)
                            .setTTL(LEASE_SECONDS)
                            .build());
        } catch (StatusRuntimeException alreadyGrantedOrServerGone) {
            assert alreadyGrantedOrServerGone.getStatus() != null;
        }
    }

    private PutRequest put() {
        return PutRequest.newBuilder()
                .setKey(key())
                .setValue(EtcdClient.bytes(number + "." + random.nextInt() + "." + values++))
                .setLease(random.nextInt(4) == 0 ? lease() : 0)
                .setPrevKv(random.nextBoolean())
                .build();
    }

    private DeleteRangeRequest delete() {
        ByteString key = key();
        boolean several = random.nextInt(4) == 0;
        return DeleteRangeRequest.newBuilder()
                .setKey(key)
                .setRangeEnd(several ? KeyRange.prefixEnd(key) : ByteString.EMPTY)
                .setPrevKv(random.nextBoolean())
                .build();
    }

    private TxnRequest txn() {
        Compare.Builder compare = Compare.newBuilder()
                .setKey(key())
                .setTarget(Compare.CompareTarget.forNumber(random.nextInt(3)))
                .setResult(Compare.CompareResult.forNumber(random.nextInt(4)))
                .setVersion(random.nextInt(3));
        return TxnRequest.newBuilder()
                .addCompare(compare)
                .addSuccess(RequestOp.newBuilder().setRequestPut(put()))
                .addSuccess(RequestOp.newBuilder()
                        .setRequestRange(
                                RangeRequest.newBuilder().setKey(KeyRange.ZERO).setRangeEnd(KeyRange.ZERO)))
                .addFailure(RequestOp.newBuilder().setRequestDeleteRange(delete()))
                .addFailure(RequestOp.newBuilder()
                        .setRequestRange(RangeRequest.newBuilder().setKey(key())))
                .build();
    }

    private ByteString key() {
        return EtcdClient.bytes("key/" + random.nextInt(KEYS));
    }

    private long lease() {
        return 1L + random.nextInt(LEASES);
    }
}
