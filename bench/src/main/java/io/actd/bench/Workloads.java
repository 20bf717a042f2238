package io.actd.bench;

import static io.actd.bench.Target.Members.ALL;
import static io.actd.bench.Target.Members.FOLLOWER;
import static io.actd.bench.Target.Members.LEADER;

import com.google.protobuf.ByteString;
import io.actd.protocol.api.Compare;
import io.actd.protocol.api.PutRequest;
import io.actd.protocol.api.RangeRequest;
import io.actd.protocol.api.RangeResponse;
import io.actd.protocol.api.RequestOp;
import io.actd.protocol.api.StatusRequest;
import io.actd.protocol.api.StatusResponse;
import io.actd.protocol.api.TxnRequest;
import io.actd.protocol.api.TxnResponse;
import io.grpc.MethodDescriptor;
import io.grpc.MethodDescriptor.MethodType;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;

/** The table of workloads: 8-byte keys, 256-byte values. */
final class Workloads {
    private static final ByteString VALUE = ByteString.copyFrom(new byte[256]);
    /** Prefix of the one key that is put and read again and again. */
    private static final String HOT = "h";

    private static final int RANGE_KEYS = 10_000;
    private static final MethodDescriptor<RangeRequest, RangeResponse> RANGE = Client.method(
            "etcdserverpb.KV/Range",
            MethodType.UNARY,
            RangeRequest.getDefaultInstance(),
            RangeResponse.getDefaultInstance());
    private static final MethodDescriptor<TxnRequest, TxnResponse> TXN = Client.method(
            "etcdserverpb.KV/Txn", MethodType.UNARY, TxnRequest.getDefaultInstance(), TxnResponse.getDefaultInstance());

    private static final MethodDescriptor<StatusRequest, StatusResponse> STATUS = Client.method(
            "etcdserverpb.Maintenance/Status",
            MethodType.UNARY,
            StatusRequest.getDefaultInstance(),
            StatusResponse.getDefaultInstance());

    private Workloads() {}

    static List<Workload> all(Path workDir) {
        var put = PutRequest.newBuilder().setKey(key(HOT, 0)).setValue(VALUE).build();
        var get = RangeRequest.newBuilder().setKey(put.getKey()).build();
        var local = get.toBuilder().setSerializable(true).build();
        var putPath = "/etcdserverpb.KV/Put";
        var rangePath = "/etcdserverpb.KV/Range";
        return List.of(
                new H2Load("Put, 1 000 in flight", putPath, put, LEADER, 50, 20, 0, workDir),
                new H2Load("Put, 100 in flight", putPath, put, LEADER, 10, 10, 0, workDir),
                new H2Load("Put, 1 client", putPath, put, LEADER, 1, 1, 0, workDir),
                new H2Load("Put, 6 000 per second", putPath, put, LEADER, 50, 20, 6000, workDir),
                new H2Load("linearizable Get, 1 000 in flight", rangePath, get, LEADER, 50, 20, 0, workDir),
                new H2Load("linearizable Get, 1 client", rangePath, get, LEADER, 1, 1, 0, workDir),
                new H2Load("linearizable Get, 10 000 per second", rangePath, get, LEADER, 50, 20, 10_000, workDir),
                new H2Load("serializable Get, 1 000 in flight", rangePath, local, LEADER, 50, 20, 0, workDir),
                new H2Load("serializable Get, 1 client", rangePath, local, LEADER, 1, 1, 0, workDir),
                new ClosedLoop<>("Put, distinct keys, 500 in flight", Streams.PUT, Workloads::distinctPut, 4, 500),
                new ClosedLoop<>("Txn (compare, put, get), 500 in flight", TXN, Workloads::txn, 4, 500),
                new ClosedLoop<>("Range of 10 000 keys, 4 in flight", RANGE, n -> range(), 4, 4),
                new Streams.FanOut("watch fan-out to 1 000 watchers", 1000),
                new Streams.KeepAlives("lease keep-alives, 500 streams", 500));
    }

    /** For three members: who is asked makes the difference. */
    static List<Workload> cluster(Path workDir) {
        var put = PutRequest.newBuilder().setKey(key(HOT, 0)).setValue(VALUE).build();
        var get = RangeRequest.newBuilder().setKey(put.getKey()).build();
        var putPath = "/etcdserverpb.KV/Put";
        var rangePath = "/etcdserverpb.KV/Range";
        return List.of(
                new H2Load("linearizable Get, 1 000 in flight, leader", rangePath, get, LEADER, 50, 20, 0, workDir),
                new H2Load("linearizable Get, 1 000 in flight, follower", rangePath, get, FOLLOWER, 50, 20, 0, workDir),
                new H2Load("linearizable Get, 1 client, leader", rangePath, get, LEADER, 1, 1, 0, workDir),
                new H2Load("linearizable Get, 1 client, follower", rangePath, get, FOLLOWER, 1, 1, 0, workDir),
                new H2Load("Put, 1 000 in flight, leader", putPath, put, LEADER, 50, 20, 0, workDir),
                new H2Load("Put, 1 000 in flight, all members", putPath, put, ALL, 51, 20, 0, workDir),
                new H2Load("Put, 100 in flight, leader", putPath, put, LEADER, 10, 10, 0, workDir),
                new H2Load("Put, 1 client, leader", putPath, put, LEADER, 1, 1, 0, workDir),
                new H2Load("Put, 1 client, follower", putPath, put, FOLLOWER, 1, 1, 0, workDir));
    }

    static ByteString key(String prefix, long n) {
        return ByteString.copyFromUtf8(prefix + String.format("%07d", n % 10_000_000));
    }

    private static PutRequest distinctPut(long n) {
        return PutRequest.newBuilder().setKey(key("d", n)).setValue(VALUE).build();
    }

    private static TxnRequest txn(long n) {
        var key = key("t", n % 100_000);
        return TxnRequest.newBuilder()
                .addCompare(Compare.newBuilder()
                        .setKey(key)
                        .setTarget(Compare.CompareTarget.VERSION)
                        .setResult(Compare.CompareResult.GREATER)
                        .setVersion(-1))
                .addSuccess(RequestOp.newBuilder()
                        .setRequestPut(PutRequest.newBuilder().setKey(key).setValue(VALUE)))
                .addSuccess(RequestOp.newBuilder()
                        .setRequestRange(RangeRequest.newBuilder().setKey(key)))
                .build();
    }

    private static RangeRequest range() {
        return RangeRequest.newBuilder()
                .setKey(ByteString.copyFromUtf8("r"))
                .setRangeEnd(ByteString.copyFromUtf8("s"))
                .build();
    }

    /** Puts what the range workload reads. */
    static void prepare(Target target) throws InterruptedException {
        load(target, "r", RANGE_KEYS);
    }

    /** Lets a server finish what writes left behind; afterwards the hot key is there. */
    static void settle(Target target) throws InterruptedException {
        for (int i = 0; i < 3; i++) {
            load(target, HOT, 1);
            Target.pause(300);
        }
    }

    /** The store's revision. */
    static long revision(Target target) throws InterruptedException {
        var answered = new CompletableFuture<Long>();
        try (var client = new Client(target.leaderPort(), 1)) {
            var request = RangeRequest.newBuilder().setKey(key("revision", 0)).build();
            client.ask(0, RANGE, request, (answer, status) -> {
                if (answer == null) answered.completeExceptionally(status.asException());
                else answered.complete(answer.getHeader().getRevision());
            });
            return answered.join();
        }
    }

    /** Whether the member on that port leads; waits for it to answer with a leader. */
    static boolean leads(int port) throws InterruptedException {
        for (int attempt = 0; attempt < 200; attempt++) {
            var answered = new CompletableFuture<Optional<StatusResponse>>();
            try (var client = new Client(port, 1)) {
                client.ask(
                        0,
                        STATUS,
                        StatusRequest.getDefaultInstance(),
                        (answer, status) -> answered.complete(Optional.ofNullable(answer)));
                var status = answered.join();
                if (status.isPresent() && status.get().getLeader() != 0) {
                    return status.get().getLeader() == status.get().getHeader().getMemberId();
                }
            }
            Target.pause(100);
        }
        return false;
    }

    /** Puts {@code count} keys; returns seconds taken. */
    static double load(Target target, String prefix, int count) throws InterruptedException {
        int lanes = 200;
        long begun = System.nanoTime();
        try (var client = new Client(target.leaderPort(), 4)) {
            var ended = new CountDownLatch(lanes);
            for (int lane = 0; lane < lanes; lane++) putNext(client, prefix, lane, lanes, count, ended);
            ended.await();
        }
        return (System.nanoTime() - begun) / 1e9;
    }

    private static void putNext(Client client, String prefix, int n, int step, int count, CountDownLatch ended) {
        if (n >= count) {
            ended.countDown();
            return;
        }
        var put = PutRequest.newBuilder().setKey(key(prefix, n)).setValue(VALUE).build();
        client.ask(n, Streams.PUT, put, (answer, status) -> {
            // A refused put is tried again: the load must be complete.
            putNext(client, prefix, answer == null ? n : n + step, step, count, ended);
        });
    }
}
