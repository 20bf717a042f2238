package io.actd.api;

import static org.junit.jupiter.api.Assertions.fail;

import com.google.protobuf.ByteString;
import com.google.protobuf.Message;
import io.actd.member.Member;
import io.actd.member.MemberApi;
import io.actd.member.MemberConfig;
import io.actd.member.MemberMetrics;
import io.actd.world.Clock;
import io.actd.world.Failpoints;
import io.actd.world.SystemDisk;
import io.actd.world.World;
import io.grpc.CallOptions;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.StatusRuntimeException;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.grpc.protobuf.ProtoUtils;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.MetadataUtils;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.UnaryOperator;
import org.apache.pekko.Done;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.javadsl.AskPattern;

/** A real member of a cluster of one behind a real port, and a gRPC client that is not ours. */
public final class LiveServer implements AutoCloseable {
    public static final long MEMBER_ID = 0x2e1259d415f2a040L;

    private final ActorSystem<Member.Command> system;
    private final MemberApi member;
    private final ApiServer server;
    private final ManagedChannel channel;

    private LiveServer(ActorSystem<Member.Command> system, MemberApi member, ApiServer server) {
        this.system = system;
        this.member = member;
        this.server = server;
        this.channel = newChannel();
    }

    public static LiveServer start(Path dir) throws Exception {
        return start(dir, ApiConfig.defaults("3.6.0"), ApiMetrics.NONE, 2L << 30, api -> api);
    }

    /** @param view what of the member the API layer is shown */
    public static LiveServer start(
            Path dir, ApiConfig config, ApiMetrics metrics, long quotaBytes, UnaryOperator<MemberApi> view)
            throws Exception {
        var ready = new CompletableFuture<MemberApi>();
        var world = new World(Clock.system(), new SystemDisk(), new Random(7), new Failpoints());
        var system = ActorSystem.create(
                Member.create(memberConfig(dir, quotaBytes), world, MemberMetrics.NONE, ready), "actd");
        var member = view.apply(ready.get(30, TimeUnit.SECONDS));
        var server = ApiServer.prepare(system, member, config, metrics)
                .bind("127.0.0.1", 0)
                .toCompletableFuture()
                .get(10, TimeUnit.SECONDS);
        return new LiveServer(system, member, server);
    }

    private static MemberConfig memberConfig(Path dir, long quotaBytes) {
        var self = io.actd.protocol.api.Member.newBuilder()
                .setID(MEMBER_ID)
                .setName("m1")
                .addPeerURLs("http://127.0.0.1:23800")
                .addClientURLs("http://127.0.0.1:23790")
                .build();
        return new MemberConfig(
                self,
                0x48276a8f75b6a87L,
                MemberConfig.Start.FOUND,
                List.of(self.toBuilder().clearClientURLs().build()),
                dir,
                dir.resolve("member").resolve("wal"),
                5,
                Duration.ofMillis(100),
                Duration.ofSeconds(1),
                true,
                true,
                1000,
                500,
                quotaBytes,
                0,
                1_572_864,
                Duration.ofMinutes(10),
                Duration.ofMinutes(5),
                1000,
                Duration.ofMillis(10),
                MemberConfig.AutoCompaction.Off.INSTANCE,
                MemberConfig.Reconfiguration.DEFAULTS,
                "3.6.0");
    }

    public ActorSystem<?> system() {
        return system;
    }

    public MemberApi member() {
        return member;
    }

    public ApiServer server() {
        return server;
    }

    public int port() {
        return server.address().getPort();
    }

    public ManagedChannel channel() {
        return channel;
    }

    /** One more connection. */
    public ManagedChannel newChannel() {
        return NettyChannelBuilder.forAddress("127.0.0.1", port())
                .usePlaintext()
                .maxInboundMessageSize(Integer.MAX_VALUE)
                .build();
    }

    /** Calls a unary method and waits. */
    public <Q extends Message, R extends Message> R call(String method, Q request, R responseType) {
        return ClientCalls.blockingUnaryCall(
                channel, unary(method, request, responseType), CallOptions.DEFAULT, request);
    }

    /** Calls with one metadata entry. */
    public <Q extends Message, R extends Message> R callWith(
            String key, String value, String method, Q request, R responseType) {
        var metadata = new Metadata();
        metadata.put(Metadata.Key.of(key, Metadata.ASCII_STRING_MARSHALLER), value);
        var intercepted =
                io.grpc.ClientInterceptors.intercept(channel, MetadataUtils.newAttachHeadersInterceptor(metadata));
        return ClientCalls.blockingUnaryCall(
                intercepted, unary(method, request, responseType), CallOptions.DEFAULT, request);
    }

    /** The status a call is refused with, as {@code CODE text}. */
    public static String refusal(Runnable call) {
        try {
            call.run();
        } catch (StatusRuntimeException e) {
            return e.getStatus().getCode() + " " + e.getStatus().getDescription();
        }
        return fail("the call went well");
    }

    public static <Q extends Message, R extends Message> MethodDescriptor<Q, R> unary(
            String method, Q requestType, R responseType) {
        return method(MethodDescriptor.MethodType.UNARY, method, requestType, responseType);
    }

    @SuppressWarnings("unchecked")
    public static <Q extends Message, R extends Message> MethodDescriptor<Q, R> method(
            MethodDescriptor.MethodType type, String method, Q requestType, R responseType) {
        return MethodDescriptor.<Q, R>newBuilder()
                .setType(type)
                .setFullMethodName(method)
                .setRequestMarshaller(ProtoUtils.marshaller((Q) requestType.getDefaultInstanceForType()))
                .setResponseMarshaller(ProtoUtils.marshaller((R) responseType.getDefaultInstanceForType()))
                .build();
    }

    public static ByteString bytes(String text) {
        return ByteString.copyFromUtf8(text);
    }

    /** Waits until the condition holds. */
    public static void await(String what, BooleanSupplier condition) throws InterruptedException {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() - deadline > 0) fail("waited in vain: " + what);
            TimeUnit.MILLISECONDS.sleep(5);
        }
    }

    @Override
    public void close() throws Exception {
        channel.shutdownNow();
        server.stop(Duration.ofSeconds(1)).toCompletableFuture().get(10, TimeUnit.SECONDS);
        AskPattern.<Member.Command, Done>ask(system, Member.Stop::new, Duration.ofSeconds(20), system.scheduler())
                .toCompletableFuture()
                .get(20, TimeUnit.SECONDS);
        system.getWhenTerminated().toCompletableFuture().get(20, TimeUnit.SECONDS);
    }
}
