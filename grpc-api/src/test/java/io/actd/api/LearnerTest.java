package io.actd.api;

import static io.actd.api.LiveServer.bytes;
import static io.actd.api.LiveServer.refusal;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.Descriptors.MethodDescriptor;
import com.google.protobuf.Descriptors.ServiceDescriptor;
import com.google.protobuf.Empty;
import io.actd.protocol.api.MemberAddRequest;
import io.actd.protocol.api.MemberAddResponse;
import io.actd.protocol.api.RangeRequest;
import io.actd.protocol.api.Rpc;
import io.actd.protocol.api.StatusRequest;
import io.actd.protocol.api.StatusResponse;
import io.actd.protocol.election.Elections;
import io.actd.protocol.health.HealthOuterClass;
import io.actd.protocol.lock.Locks;
import io.grpc.CallOptions;
import io.grpc.MethodDescriptor.MethodType;
import io.grpc.stub.ClientCalls;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Spec M-14: what a learner serves, and that it refuses all else. */
class LearnerTest {
    /** Snapshot belongs to them, and is not there yet. */
    private static final List<String> SERVED =
            List.of("etcdserverpb.Maintenance.Status", "etcdserverpb.Maintenance.Snapshot");

    private static LiveServer server;
    private static Calls calls;

    @BeforeAll
    static void start(@TempDir Path dir) throws Exception {
        var view = new CompletableFuture<PretendingMember>();
        server = LiveServer.start(dir, ApiConfig.defaults("3.6.0"), ApiMetrics.NONE, 2L << 30, api -> {
            view.complete(new PretendingMember(api));
            return view.join();
        });
        calls = new Calls(server);
        calls.put("k", "v");
        var request = MemberAddRequest.newBuilder()
                .addPeerURLs("http://127.0.0.1:1")
                .setIsLearner(true)
                .build();
        var added = server.call("etcdserverpb.Cluster/MemberAdd", request, MemberAddResponse.getDefaultInstance());
        view.join().pretendToBe(added.getMember().getID());
    }

    @AfterAll
    static void stop() throws Exception {
        server.close();
    }

    private static Stream<MethodDescriptor> everythingElse() {
        return Stream.of(
                        Rpc.getDescriptor(),
                        Locks.getDescriptor(),
                        Elections.getDescriptor(),
                        HealthOuterClass.getDescriptor())
                .flatMap(file -> file.getServices().stream())
                .map(ServiceDescriptor::getMethods)
                .flatMap(List::stream)
                .filter(method -> !SERVED.contains(method.getFullName()));
    }

    @ParameterizedTest
    @MethodSource("everythingElse")
    void everyOtherCall_isRefused(MethodDescriptor method) {
        var name = method.getService().getFullName() + "/" + method.getName();
        var none = Empty.getDefaultInstance(); // of each request the fields are left out
        var called = LiveServer.method(MethodType.SERVER_STREAMING, name, none, none);
        var options = CallOptions.DEFAULT.withDeadlineAfter(20, TimeUnit.SECONDS);
        assertEquals(
                "FAILED_PRECONDITION etcdserver: rpc not supported for learner",
                refusal(() -> ClientCalls.blockingServerStreamingCall(server.channel(), called, options, none)
                        .next()));
    }

    @Test
    void snapshot_isNotRefusedForBeingALearner() {
        var none = Empty.getDefaultInstance();
        var called = LiveServer.method(MethodType.SERVER_STREAMING, "etcdserverpb.Maintenance/Snapshot", none, none);
        assertEquals(
                "UNIMPLEMENTED actd: Maintenance.Snapshot is not available yet",
                refusal(() -> ClientCalls.blockingServerStreamingCall(
                                server.channel(), called, CallOptions.DEFAULT, none)
                        .next()));
    }

    @Test
    void serializableRange_isServed() {
        var request = RangeRequest.newBuilder().setKey(bytes("k")).setSerializable(true);
        assertEquals(bytes("v"), calls.range(request.build()).getKvs(0).getValue());
    }

    @Test
    void status_isServed() { // spec MT-10
        var status = server.call(
                "etcdserverpb.Maintenance/Status",
                StatusRequest.getDefaultInstance(),
                StatusResponse.getDefaultInstance());
        assertTrue(status.getIsLearner());
    }
}
