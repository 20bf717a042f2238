package io.actd.api;

import static io.actd.api.LiveServer.bytes;
import static io.actd.api.LiveServer.refusal;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.actd.protocol.api.AlarmType;
import io.actd.protocol.api.RangeRequest;
import io.actd.protocol.api.RangeResponse;
import io.actd.protocol.api.StatusRequest;
import io.actd.protocol.api.StatusResponse;
import io.actd.protocol.api.WatchRequest;
import io.actd.protocol.api.WatchResponse;
import io.grpc.ClientInterceptors;
import io.grpc.Metadata;
import io.grpc.stub.MetadataUtils;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Lost leaders, full disks, stopping servers; and what the metrics saw of it. */
class TroubleTest {
    private static ApiConfig config(Duration electionTimeout) {
        var defaults = ApiConfig.defaults("3.6.0");
        return new ApiConfig(
                "3.6.0",
                defaults.maxRequestBytes(),
                defaults.maxTxnOps(),
                defaults.quotaBytes(),
                0,
                electionTimeout,
                defaults.pingInterval(),
                defaults.pingTimeout(),
                Set.of("*"),
                Set.of(),
                false,
                false);
    }

    /** Counts handled calls by {@code method code}. */
    private static final class Counting implements ApiMetrics {
        final Map<String, Integer> handled = new ConcurrentHashMap<>();

        @Override
        public Rpc rpc(String service, String method, Kind kind) {
            return new Rpc() {
                @Override
                public void handled(int code, long mark) {
                    handled.merge(method + " " + code, 1, Integer::sum);
                }
            };
        }
    }

    @Test
    void leaderRequiredButLost_endsStreamsAndRefusesCalls(@TempDir Path dir) throws Exception { // spec MD-2, O-3, W-29
        var view = new CompletableFuture<PretendingMember>();
        try (var server = LiveServer.start(dir, config(Duration.ofMillis(50)), ApiMetrics.NONE, 0, api -> {
            view.complete(new PretendingMember(api));
            return view.join();
        })) {
            var metadata = new Metadata();
            metadata.put(Metadata.Key.of("hasleader", Metadata.ASCII_STRING_MARSHALLER), "true");
            var demanding =
                    ClientInterceptors.intercept(server.channel(), MetadataUtils.newAttachHeadersInterceptor(metadata));
            var strict = new Answered<WatchRequest, WatchResponse>();
            StreamCallsTest.watch(demanding, strict).onNext(StreamCallsTest.create("k"));
            var relaxed = new Answered<WatchRequest, WatchResponse>();
            StreamCallsTest.watch(server.channel(), relaxed).onNext(StreamCallsTest.create("k"));
            assertTrue(strict.next().getCreated());
            assertTrue(relaxed.next().getCreated());

            view.join().loseLeader(true);
            assertEquals("UNAVAILABLE etcdserver: no leader", strict.status());
            var status = server.call( // spec MT-9, MT-10
                    "etcdserverpb.Maintenance/Status",
                    StatusRequest.getDefaultInstance(),
                    StatusResponse.getDefaultInstance());
            assertEquals(0, status.getLeader());
            assertEquals(List.of("etcdserver: no leader"), status.getErrorsList());
            assertTrue(relaxed.isQuiet());
            var range = RangeRequest.newBuilder()
                    .setKey(bytes("k"))
                    .setSerializable(true)
                    .build();
            assertEquals(
                    "UNAVAILABLE etcdserver: no leader",
                    refusal(() -> server.callWith(
                            "hasleader", "true", "etcdserverpb.KV/Range", range, RangeResponse.getDefaultInstance())));
            assertEquals(0, new Calls(server).range(range).getCount());
            var late = new Answered<WatchRequest, WatchResponse>();
            StreamCallsTest.watch(demanding, late).onNext(StreamCallsTest.create("k"));
            assertEquals("UNAVAILABLE etcdserver: no leader", late.status());
        }
    }

    @Test
    void overQuota_refusesAndRaisesTheAlarmFirst(@TempDir Path dir) throws Exception { // spec MT-6, MT-7
        try (var server = LiveServer.start(dir, config(Duration.ofSeconds(1)), ApiMetrics.NONE, 100_000, api -> api)) {
            var calls = new Calls(server);
            assertEquals(
                    "RESOURCE_EXHAUSTED etcdserver: mvcc: database space exceeded",
                    refusal(() -> calls.put("k", "x".repeat(200_000))));
            assertTrue(server.member().state().alarms().any(AlarmType.NOSPACE));
            long logged = server.member().status().commitIndex();
            assertEquals(
                    "RESOURCE_EXHAUSTED etcdserver: mvcc: database space exceeded", refusal(() -> calls.put("k", "")));
            assertEquals(
                    "RESOURCE_EXHAUSTED etcdserver: mvcc: database space exceeded", refusal(() -> calls.grant(60, 0)));
            assertEquals(logged, server.member().status().commitIndex()); // refusals need no space
            assertEquals(0, calls.get("k").getCount());
        }
    }

    @Test
    void stoppingServer_endsWatchesAsUnavailable(@TempDir Path dir) throws Exception { // spec W-33, OP-82
        var metrics = new Counting();
        try (var server = LiveServer.start(dir, config(Duration.ofSeconds(1)), metrics, 0, api -> api)) {
            var left = new Answered<WatchRequest, WatchResponse>();
            StreamCallsTest.watch(server.channel(), left).onNext(StreamCallsTest.create("k"));
            assertTrue(left.next().getCreated());
            left.cancel();
            LiveServer.await("the cancelled watch is counted", () -> metrics.handled.getOrDefault("Watch 1", 0) == 1);
            new Calls(server).put("k", "v");
            LiveServer.await("the put is counted", () -> metrics.handled.getOrDefault("Put 0", 0) == 1);

            var answers = new Answered<WatchRequest, WatchResponse>();
            StreamCallsTest.watch(server.channel(), answers).onNext(StreamCallsTest.create("k"));
            assertTrue(answers.next().getCreated());
            server.server().stop(Duration.ofSeconds(2)).toCompletableFuture().get(20, TimeUnit.SECONDS);
            assertEquals("UNAVAILABLE etcdserver: server stopped", answers.status());
        }
    }
}
