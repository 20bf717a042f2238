package io.actd.e2e.client;

import com.google.common.util.concurrent.ListenableFuture;
import com.google.protobuf.ByteString;
import io.actd.check.KeyRange;
import io.etcd.jetcd.api.CompactionRequest;
import io.etcd.jetcd.api.CompactionResponse;
import io.etcd.jetcd.api.DeleteRangeRequest;
import io.etcd.jetcd.api.DeleteRangeResponse;
import io.etcd.jetcd.api.HashKVRequest;
import io.etcd.jetcd.api.HashKVResponse;
import io.etcd.jetcd.api.KVGrpc;
import io.etcd.jetcd.api.LeaseGrpc;
import io.etcd.jetcd.api.LeaseKeepAliveRequest;
import io.etcd.jetcd.api.LeaseKeepAliveResponse;
import io.etcd.jetcd.api.MaintenanceGrpc;
import io.etcd.jetcd.api.PutRequest;
import io.etcd.jetcd.api.PutResponse;
import io.etcd.jetcd.api.RangeRequest;
import io.etcd.jetcd.api.RangeResponse;
import io.grpc.CallOptions;
import io.grpc.ManagedChannel;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.ClientCalls;
import java.net.InetSocketAddress;
import java.net.URI;
import java.time.Duration;
import java.util.Iterator;
import java.util.concurrent.TimeUnit;

/** One connection to one server; calls fail after ten seconds or as told, and nothing is retried. */
public final class EtcdClient implements AutoCloseable {
    private static final Duration DEADLINE = Duration.ofSeconds(10);
    private static final int MAX_ANSWER_BYTES = 256 << 20;

    private final ManagedChannel channel;
    private final Duration deadline;

    private EtcdClient(ManagedChannel channel, Duration deadline) {
        this.channel = channel;
        this.deadline = deadline;
    }

    /** Connects to {@code host:port} without TLS. */
    public static EtcdClient connect(String endpoint) {
        return connect(endpoint, DEADLINE);
    }

    /** The same with another time a call may take. */
    public static EtcdClient connect(String endpoint, Duration deadline) {
        URI address = URI.create("http://" + endpoint);
        return new EtcdClient(
                NettyChannelBuilder.forAddress(new InetSocketAddress(address.getHost(), address.getPort()))
                        .usePlaintext()
                        .disableRetry()
                        .maxInboundMessageSize(MAX_ANSWER_BYTES)
                        .build(),
                deadline);
    }

    /** The gRPC channel, for calls this class has no method for. */
    public ManagedChannel channel() {
        return channel;
    }

    /** Calls and waits; throws {@link io.grpc.StatusRuntimeException}. */
    public <Q, R> R call(MethodDescriptor<Q, R> method, Q request) {
        return ClientCalls.blockingUnaryCall(channel, method, options(), request);
    }

    /** Calls without waiting. */
    public <Q, R> ListenableFuture<R> send(MethodDescriptor<Q, R> method, Q request) {
        return ClientCalls.futureUnaryCall(channel.newCall(method, options()), request);
    }

    /** Calls without waiting; while there is no connection the call waits for one, within its time. */
    public <Q, R> ListenableFuture<R> sendPatiently(MethodDescriptor<Q, R> method, Q request) {
        return ClientCalls.futureUnaryCall(channel.newCall(method, options().withWaitForReady()), request);
    }

    /** Calls with one request on a stream of requests, and waits for the first answer. */
    public <Q, R> R first(MethodDescriptor<Q, R> method, Q request) {
        Iterator<R> answers = ClientCalls.blockingServerStreamingCall(channel, method, options(), request);
        if (!answers.hasNext()) {
            throw Status.UNKNOWN.withDescription("ended without an answer").asRuntimeException();
        }
        return answers.next();
    }

    private CallOptions options() {
        return CallOptions.DEFAULT.withDeadlineAfter(deadline.toMillis(), TimeUnit.MILLISECONDS);
    }

    /** A key or value. */
    public static ByteString bytes(String text) {
        return ByteString.copyFromUtf8(text);
    }

    /** Stores a pair. */
    public PutResponse put(String key, String value) {
        return call(
                KVGrpc.getPutMethod(),
                PutRequest.newBuilder()
                        .setKey(bytes(key))
                        .setValue(bytes(value))
                        .build());
    }

    /** Reads one key, linearizable. */
    public RangeResponse get(String key) {
        return call(
                KVGrpc.getRangeMethod(),
                RangeRequest.newBuilder().setKey(bytes(key)).build());
    }

    /** Reads all keys at a revision, 0 for the newest. */
    public RangeResponse all(long revision) {
        return call(
                KVGrpc.getRangeMethod(),
                RangeRequest.newBuilder()
                        .setKey(KeyRange.ZERO)
                        .setRangeEnd(KeyRange.ZERO)
                        .setRevision(revision)
                        .build());
    }

    /** Deletes one key. */
    public DeleteRangeResponse delete(String key) {
        return call(
                KVGrpc.getDeleteRangeMethod(),
                DeleteRangeRequest.newBuilder().setKey(bytes(key)).build());
    }

    /** Makes revisions below this one unreadable. */
    public CompactionResponse compact(long revision) {
        return call(
                KVGrpc.getCompactMethod(),
                CompactionRequest.newBuilder().setRevision(revision).build());
    }

    /** Hash of the history up to a revision, 0 for the newest. */
    public HashKVResponse hashKv(long revision) {
        return call(
                MaintenanceGrpc.getHashKVMethod(),
                HashKVRequest.newBuilder().setRevision(revision).build());
    }

    /** Renews a lease once, on a stream of its own. */
    public LeaseKeepAliveResponse keepAliveOnce(long lease) {
        try (var stream = DuplexStream.open(channel, LeaseGrpc.getLeaseKeepAliveMethod())) {
            stream.send(LeaseKeepAliveRequest.newBuilder().setID(lease).build());
            return stream.await(0);
        }
    }

    /** Opens a Watch stream. */
    public WatchStream watch() {
        return WatchStream.open(channel);
    }

    @Override
    public void close() {
        channel.shutdownNow();
        try {
            channel.awaitTermination(5, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
