package io.actd.bench;

import com.google.protobuf.Message;
import io.grpc.CallOptions;
import io.grpc.ClientCall;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.MethodDescriptor.MethodType;
import io.grpc.Status;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.grpc.protobuf.ProtoUtils;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/** A few gRPC connections with as little of a client around them as there can be. */
final class Client implements AutoCloseable {
    private final ManagedChannel[] channels;

    Client(int port, int connections) {
        channels = new ManagedChannel[connections];
        for (int i = 0; i < connections; i++) {
            channels[i] = NettyChannelBuilder.forAddress("127.0.0.1", port)
                    .usePlaintext()
                    .directExecutor()
                    .maxInboundMessageSize(1 << 28)
                    .build();
        }
    }

    static <Q extends Message, A extends Message> MethodDescriptor<Q, A> method(
            String name, MethodType type, Q request, A answer) {
        return MethodDescriptor.<Q, A>newBuilder()
                .setType(type)
                .setFullMethodName(name)
                .setRequestMarshaller(ProtoUtils.marshaller(request))
                .setResponseMarshaller(ProtoUtils.marshaller(answer))
                .build();
    }

    /** Asks once; the answer is null if the status is not OK. */
    <Q, A> void ask(
            int connection, MethodDescriptor<Q, A> method, Q request, BiConsumer<@Nullable A, Status> answered) {
        var call = channels[connection % channels.length].newCall(method, CallOptions.DEFAULT);
        call.start(
                new ClientCall.Listener<>() {
                    private @Nullable A answer;

                    @Override
                    public void onMessage(A message) {
                        answer = message;
                    }

                    @Override
                    public void onClose(Status status, Metadata trailers) {
                        answered.accept(status.isOk() ? answer : null, status);
                    }
                },
                new Metadata());
        call.request(2);
        call.sendMessage(request);
        call.halfClose();
    }

    /** Opens a bidirectional stream. */
    <Q, A> ClientCall<Q, A> open(int connection, MethodDescriptor<Q, A> method, ClientCall.Listener<A> listener) {
        var call = channels[connection % channels.length].newCall(method, CallOptions.DEFAULT);
        call.start(listener, new Metadata());
        call.request(Integer.MAX_VALUE);
        return call;
    }

    @Override
    public void close() {
        for (var channel : channels) channel.shutdownNow();
    }
}
