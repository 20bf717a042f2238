package io.actd.api;

import static io.actd.api.LiveServer.bytes;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.actd.protocol.api.PutRequest;
import io.actd.protocol.api.PutResponse;
import io.actd.protocol.api.RangeRequest;
import io.actd.protocol.api.RangeResponse;
import io.actd.protocol.api.WatchRequest;
import io.actd.protocol.api.WatchResponse;
import io.grpc.CallOptions;
import io.grpc.ClientCall;
import io.grpc.ClientInterceptors;
import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.stub.MetadataUtils;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What goes along with calls and answers besides the messages (spec §19). */
class MetadataTest {
    private static final Map<String, Integer> REQUESTS = new ConcurrentHashMap<>();
    private static LiveServer server;

    @BeforeAll
    static void start(@TempDir Path dir) throws Exception {
        var metrics = new ApiMetrics() {
            @Override
            public void clientRequest(boolean stream, @Nullable String version) {
                REQUESTS.merge((stream ? "stream " : "unary ") + version, 1, Integer::sum);
            }
        };
        server = LiveServer.start(dir, ApiConfig.defaults("3.6.0"), metrics, 2L << 30, api -> api);
    }

    @AfterAll
    static void stop() throws Exception {
        server.close();
    }

    /** Everything a call brings back. */
    private record Seen(List<PutResponse> messages, Set<String> headers, Set<String> trailers, Status status) {}

    private static Seen put(PutRequest request) throws Exception {
        var seen = new CompletableFuture<Seen>();
        var messages = new ArrayList<PutResponse>();
        var headers = new ArrayList<String>();
        var call = server.channel()
                .newCall(
                        LiveServer.unary("etcdserverpb.KV/Put", request, PutResponse.getDefaultInstance()),
                        CallOptions.DEFAULT);
        call.start(
                new ClientCall.Listener<>() {
                    @Override
                    public void onHeaders(Metadata metadata) {
                        headers.addAll(metadata.keys());
                    }

                    @Override
                    public void onMessage(PutResponse message) {
                        messages.add(message);
                    }

                    @Override
                    public void onClose(Status status, Metadata trailers) {
                        seen.complete(new Seen(messages, Set.copyOf(headers), trailers.keys(), status));
                    }
                },
                new Metadata());
        call.request(2);
        call.sendMessage(request);
        call.halfClose();
        return seen.get(20, TimeUnit.SECONDS);
    }

    @Test
    void answer_bringsNoMetadataOfItsOwn() throws Exception { // spec MD-4
        var seen = put(PutRequest.newBuilder().setKey(bytes("k")).build());
        assertEquals(Status.Code.OK, seen.status().getCode());
        assertEquals(1, seen.messages().size());
        assertEquals(Set.of(), ours(seen.headers()));
        assertEquals(Set.of(), ours(seen.trailers()));
    }

    @Test
    void error_carriesNoMessage_soNoHeader() throws Exception { // spec H-3, MD-4
        var seen = put(PutRequest.getDefaultInstance());
        assertEquals("etcdserver: key is not provided", seen.status().getDescription());
        assertEquals(List.of(), seen.messages());
        assertEquals(Set.of(), ours(seen.trailers()));
    }

    /** HTTP's own left out. */
    private static Set<String> ours(Set<String> all) {
        var rest = new HashSet<>(all);
        rest.removeAll(Set.of("content-type", "content-length", "date", "server"));
        return rest;
    }

    @Test
    void clientApiVersion_isOnlyCounted() throws Exception { // spec MD-1, MD-3
        var range = RangeRequest.newBuilder().setKey(bytes("k")).build();
        server.callWith(
                "client-api-version", "3.6", "etcdserverpb.KV/Range", range, RangeResponse.getDefaultInstance());
        server.callWith("x-unknown", "whatever", "etcdserverpb.KV/Range", range, RangeResponse.getDefaultInstance());
        assertEquals(1, REQUESTS.get("unary 3.6"), REQUESTS::toString);
        assertTrue(REQUESTS.get("unary null") >= 1, REQUESTS::toString);

        var metadata = new Metadata();
        metadata.put(Metadata.Key.of("client-api-version", Metadata.ASCII_STRING_MARSHALLER), "3.5");
        var versioned =
                ClientInterceptors.intercept(server.channel(), MetadataUtils.newAttachHeadersInterceptor(metadata));
        var answers = new Answered<WatchRequest, WatchResponse>();
        StreamCallsTest.watch(versioned, answers).onNext(StreamCallsTest.create("k"));
        assertTrue(answers.next().getCreated());
        answers.cancel();
        assertEquals(1, REQUESTS.get("stream 3.5"));
    }
}
