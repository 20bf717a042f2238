package io.actd.node;

import com.google.protobuf.ByteString;
import com.google.protobuf.Message;
import io.actd.protocol.api.Compare;
import io.actd.protocol.api.PutRequest;
import io.actd.protocol.api.PutResponse;
import io.actd.protocol.api.RangeRequest;
import io.actd.protocol.api.RangeResponse;
import io.actd.protocol.api.RequestOp;
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

/**
 * The clients of a training run, at package time: the JVM of the member they ask writes down which methods were hot and
 * with what types (JEP 515), so that members started from that cache are compiled well from their first requests on.
 * Arguments: host and port of the member. Exit status 1 if it did not answer everything in time.
 */
final class Rehearsal {
    private static final int MANY = 40_000;
    private static final int IN_FLIGHT = 32;
    private static final int SOME = 4_000;
    private static final int KEYS = 5_000;
    private static final int TIMEOUT_SECONDS = 30;
    private static final ByteString VALUE = ByteString.copyFrom(new byte[256]);

    private static final MethodDescriptor<PutRequest, PutResponse> PUT =
            method("KV/Put", MethodType.UNARY, PutRequest.getDefaultInstance(), PutResponse.getDefaultInstance());
    private static final MethodDescriptor<RangeRequest, RangeResponse> RANGE =
            method("KV/Range", MethodType.UNARY, RangeRequest.getDefaultInstance(), RangeResponse.getDefaultInstance());
    private static final MethodDescriptor<TxnRequest, TxnResponse> TXN =
            method("KV/Txn", MethodType.UNARY, TxnRequest.getDefaultInstance(), TxnResponse.getDefaultInstance());
    private static final MethodDescriptor<WatchRequest, WatchResponse> WATCH = method(
            "Watch/Watch",
            MethodType.BIDI_STREAMING,
            WatchRequest.getDefaultInstance(),
            WatchResponse.getDefaultInstance());

    private final ManagedChannel channel;

    private Rehearsal(ManagedChannel channel) {
        this.channel = channel;
    }

    public static void main(String[] args) throws InterruptedException {
        var channel = NettyChannelBuilder.forTarget(args[0])
                .usePlaintext()
                .directExecutor()
                .build();
        try {
            new Rehearsal(channel).play();
        } catch (IllegalStateException e) {
            System.err.println(e.getMessage());
            System.exit(1);
        } finally {
            channel.shutdownNow();
        }
    }

    private void play() throws InterruptedException {
        watchAll();
        ask(PUT, Rehearsal::put, MANY, IN_FLIGHT);
        ask(RANGE, Rehearsal::range, MANY, IN_FLIGHT);
        ask(TXN, Rehearsal::txn, SOME, IN_FLIGHT);
        ask(PUT, Rehearsal::put, SOME, 1);
        ask(RANGE, Rehearsal::range, SOME, 1);
    }

    private static PutRequest put(int number) {
        return PutRequest.newBuilder().setKey(key(number)).setValue(VALUE).build();
    }

    private static RangeRequest range(int number) {
        return RangeRequest.newBuilder().setKey(key(number)).build();
    }

    private static TxnRequest txn(int number) {
        return TxnRequest.newBuilder()
                .addCompare(Compare.newBuilder()
                        .setKey(key(number))
                        .setTarget(Compare.CompareTarget.VERSION)
                        .setResult(Compare.CompareResult.GREATER)
                        .setVersion(0))
                .addSuccess(RequestOp.newBuilder().setRequestPut(put(number)))
                .addSuccess(RequestOp.newBuilder().setRequestRange(range(number)))
                .addFailure(RequestOp.newBuilder().setRequestPut(put(number)))
                .build();
    }

    private static ByteString key(int number) {
        return ByteString.copyFromUtf8("rehearsal/" + number % KEYS);
    }

    private void watchAll() {
        var call = channel.newCall(WATCH, CallOptions.DEFAULT);
        call.start(new ClientCall.Listener<>() {}, new Metadata());
        call.request(Integer.MAX_VALUE);
        call.sendMessage(WatchRequest.newBuilder()
                .setCreateRequest(WatchCreateRequest.newBuilder()
                        .setKey(ByteString.copyFromUtf8("rehearsal/"))
                        .setRangeEnd(ByteString.copyFromUtf8("rehearsal0")))
                .build());
    }

    private <Q extends Message, A extends Message> void ask(
            MethodDescriptor<Q, A> method, IntFunction<Q> request, int howMany, int inFlight)
            throws InterruptedException {
        var numbers = new AtomicInteger();
        var answered = new CountDownLatch(howMany);
        var failure = new AtomicReference<@Nullable Status>();
        for (int i = 0; i < inFlight; i++) next(method, request, howMany, numbers, answered, failure);
        boolean inTime = answered.await(TIMEOUT_SECONDS, TimeUnit.SECONDS);
        if (!inTime || failure.get() != null)
            throw new IllegalStateException(method.getFullMethodName() + " was not answered: " + failure.get());
    }

    private <Q extends Message, A extends Message> void next(
            MethodDescriptor<Q, A> method,
            IntFunction<Q> request,
            int howMany,
            AtomicInteger numbers,
            CountDownLatch answered,
            AtomicReference<@Nullable Status> failure) {
        int number = numbers.getAndIncrement();
        if (number >= howMany) return;
        var call = channel.newCall(method, CallOptions.DEFAULT);
        call.start(
                new ClientCall.Listener<>() {
                    @Override
                    public void onClose(Status status, Metadata trailers) {
                        if (status.isOk()) {
                            answered.countDown();
                            next(method, request, howMany, numbers, answered, failure);
                        } else {
                            failure.set(status);
                            while (answered.getCount() > 0) answered.countDown();
                        }
                    }
                },
                new Metadata());
        call.request(2);
        call.sendMessage(request.apply(number));
        call.halfClose();
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
}
