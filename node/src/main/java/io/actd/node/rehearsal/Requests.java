package io.actd.node.rehearsal;

import com.google.protobuf.ByteString;
import com.google.protobuf.Message;
import io.actd.protocol.api.MemberAddRequest;
import io.actd.protocol.api.MemberAddResponse;
import io.actd.protocol.api.MoveLeaderRequest;
import io.actd.protocol.api.MoveLeaderResponse;
import io.actd.protocol.api.PutRequest;
import io.actd.protocol.api.PutResponse;
import io.actd.protocol.api.RangeRequest;
import io.actd.protocol.api.RangeResponse;
import io.actd.protocol.api.TxnRequest;
import io.actd.protocol.api.TxnResponse;
import io.actd.protocol.api.WatchCreateRequest;
import io.actd.protocol.api.WatchRequest;
import io.actd.protocol.api.WatchResponse;
import io.grpc.CallOptions;
import io.grpc.ClientCall;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.MethodDescriptor.MethodType;
import io.grpc.Status;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.grpc.protobuf.ProtoUtils;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/** What is asked of one member. Everything fails with {@link IllegalStateException}. */
final class Requests implements AutoCloseable {
    static final MethodDescriptor<PutRequest, PutResponse> PUT =
            unary("KV/Put", PutRequest.getDefaultInstance(), PutResponse.getDefaultInstance());
    static final MethodDescriptor<RangeRequest, RangeResponse> RANGE =
            unary("KV/Range", RangeRequest.getDefaultInstance(), RangeResponse.getDefaultInstance());
    static final MethodDescriptor<TxnRequest, TxnResponse> TXN =
            unary("KV/Txn", TxnRequest.getDefaultInstance(), TxnResponse.getDefaultInstance());
    private static final MethodDescriptor<MemberAddRequest, MemberAddResponse> ADD =
            unary("Cluster/MemberAdd", MemberAddRequest.getDefaultInstance(), MemberAddResponse.getDefaultInstance());
    private static final MethodDescriptor<MoveLeaderRequest, MoveLeaderResponse> MOVE = unary(
            "Maintenance/MoveLeader", MoveLeaderRequest.getDefaultInstance(), MoveLeaderResponse.getDefaultInstance());
    private static final MethodDescriptor<WatchRequest, WatchResponse> WATCH = method(
            "Watch/Watch",
            MethodType.BIDI_STREAMING,
            WatchRequest.getDefaultInstance(),
            WatchResponse.getDefaultInstance());

    private final ManagedChannel channel;
    private final Deadline deadline;

    Requests(String address, Deadline deadline) {
        this.channel = NettyChannelBuilder.forTarget(address)
                .usePlaintext()
                .directExecutor()
                .build();
        this.deadline = deadline;
    }

    /** Watches the keys from the one up to before the other, as long as the connection is there. */
    void watch(String key, String end) {
        var call = channel.newCall(WATCH, CallOptions.DEFAULT);
        call.start(new ClientCall.Listener<>() {}, new Metadata());
        call.request(Integer.MAX_VALUE);
        call.sendMessage(WatchRequest.newBuilder()
                .setCreateRequest(WatchCreateRequest.newBuilder()
                        .setKey(ByteString.copyFromUtf8(key))
                        .setRangeEnd(ByteString.copyFromUtf8(end)))
                .build());
    }

    /** Adds a voter; answers its id. */
    long addMember(String peerUrl) throws InterruptedException {
        var request = MemberAddRequest.newBuilder().addPeerURLs(peerUrl).build();
        return ask(ADD, number -> request, 1, 1).getMember().getID();
    }

    /** Asks this member, which must lead, to hand over. */
    void moveLeader(long to) throws InterruptedException {
        var request = MoveLeaderRequest.newBuilder().setTargetID(to).build();
        ask(MOVE, number -> request, 1, 1);
    }

    /** Sends requests 0 to {@code howMany} - 1, so many at a time, and waits for all answers; returns the last one. */
    <Q extends Message, A extends Message> A ask(
            MethodDescriptor<Q, A> method, IntFunction<Q> request, int howMany, int inFlight)
            throws InterruptedException {
        var series = new Series<>(method, request, howMany);
        for (int i = 0; i < inFlight; i++) series.next();
        return series.await();
    }

    private final class Series<Q extends Message, A extends Message> {
        private final MethodDescriptor<Q, A> method;
        private final IntFunction<Q> request;
        private final int howMany;
        private final AtomicInteger sent = new AtomicInteger();
        private final CountDownLatch answered;
        private final AtomicReference<@Nullable A> lastAnswer = new AtomicReference<>();
        private volatile @Nullable Status failure;

        Series(MethodDescriptor<Q, A> method, IntFunction<Q> request, int howMany) {
            this.method = method;
            this.request = request;
            this.howMany = howMany;
            this.answered = new CountDownLatch(howMany);
        }

        void next() {
            int number = sent.getAndIncrement();
            if (number >= howMany) return;
            var call = channel.newCall(method, CallOptions.DEFAULT.withWaitForReady());
            call.start(
                    new ClientCall.Listener<>() {
                        @Override
                        public void onMessage(A answer) {
                            lastAnswer.set(answer);
                        }

                        @Override
                        public void onClose(Status status, Metadata trailers) {
                            if (status.isOk()) {
                                answered.countDown();
                                next();
                            } else {
                                failure = status;
                                while (answered.getCount() > 0) answered.countDown();
                            }
                        }
                    },
                    new Metadata());
            call.request(2);
            call.sendMessage(request.apply(number));
            call.halfClose();
        }

        A await() throws InterruptedException {
            boolean inTime = answered.await(deadline.nanosLeft(), TimeUnit.NANOSECONDS);
            var answer = lastAnswer.get();
            if (!inTime || failure != null || answer == null)
                throw new IllegalStateException(method.getFullMethodName() + " was not answered: " + failure);
            return answer;
        }
    }

    private static <Q extends Message, A extends Message> MethodDescriptor<Q, A> unary(
            String name, Q request, A answer) {
        return method(name, MethodType.UNARY, request, answer);
    }

    private static <Q extends Message, A extends Message> MethodDescriptor<Q, A> method(
            String name, MethodType type, Q request, A answer) {
        return MethodDescriptor.<Q, A>newBuilder()
                .setType(type)
                .setFullMethodName("etcdserverpb." + name)
                .setRequestMarshaller(ProtoUtils.marshaller(request))
                .setResponseMarshaller(ProtoUtils.marshaller(answer))
                .build();
    }

    @Override
    public void close() {
        channel.shutdownNow();
    }
}
