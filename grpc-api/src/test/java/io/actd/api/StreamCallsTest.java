package io.actd.api;

import static io.actd.api.LiveServer.bytes;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.ByteString;
import com.google.protobuf.Message;
import io.actd.protocol.api.LeaseKeepAliveRequest;
import io.actd.protocol.api.LeaseKeepAliveResponse;
import io.actd.protocol.api.PutRequest;
import io.actd.protocol.api.RangeRequest;
import io.actd.protocol.api.RangeResponse;
import io.actd.protocol.api.RangeStreamResponse;
import io.actd.protocol.api.WatchCancelRequest;
import io.actd.protocol.api.WatchCreateRequest;
import io.actd.protocol.api.WatchRequest;
import io.actd.protocol.api.WatchResponse;
import io.actd.protocol.health.HealthCheckRequest;
import io.actd.protocol.health.HealthCheckResponse;
import io.actd.protocol.mvcc.Event;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.MethodDescriptor.MethodType;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.StreamObserver;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Streaming methods, called by grpc-java. */
class StreamCallsTest {
    private static LiveServer server;
    private static Calls calls;

    @BeforeAll
    static void start(@TempDir Path dir) throws Exception {
        server = LiveServer.start(dir);
        calls = new Calls(server);
    }

    @AfterAll
    static void stop() throws Exception {
        server.close();
    }

    static StreamObserver<WatchRequest> watch(Channel channel, Answered<WatchRequest, WatchResponse> answers) {
        return bidi(
                channel,
                "etcdserverpb.Watch/Watch",
                WatchRequest.getDefaultInstance(),
                WatchResponse.getDefaultInstance(),
                answers);
    }

    static <Q extends Message, R extends Message> StreamObserver<Q> bidi(
            Channel channel, String method, Q requestType, R responseType, Answered<Q, R> answers) {
        var descriptor = LiveServer.method(MethodType.BIDI_STREAMING, method, requestType, responseType);
        return ClientCalls.asyncBidiStreamingCall(channel.newCall(descriptor, CallOptions.DEFAULT), answers);
    }

    static <Q extends Message, R extends Message> Answered<Q, R> serverStream(
            Channel channel, String method, Q request, R responseType) {
        var answers = new Answered<Q, R>();
        var descriptor = LiveServer.method(MethodType.SERVER_STREAMING, method, request, responseType);
        ClientCalls.asyncServerStreamingCall(channel.newCall(descriptor, CallOptions.DEFAULT), request, answers);
        return answers;
    }

    static WatchRequest create(String key) {
        return WatchRequest.newBuilder()
                .setCreateRequest(WatchCreateRequest.newBuilder().setKey(bytes(key)))
                .build();
    }

    @Test
    void watch_createdThenEventsThenCanceled() throws Exception { // spec W-6, W-11, W-27
        var answers = new Answered<WatchRequest, WatchResponse>();
        var requests = watch(server.channel(), answers);
        requests.onNext(create("w1"));
        assertTrue(answers.next().getCreated());
        long revision = calls.put("w1", "v").getHeader().getRevision();
        var events = answers.next();
        assertEquals(revision, events.getHeader().getRevision());
        assertEquals(Event.EventType.PUT, events.getEvents(0).getType());
        requests.onNext(WatchRequest.newBuilder()
                .setCancelRequest(WatchCancelRequest.newBuilder().setWatchId(0))
                .build());
        assertTrue(answers.next().getCanceled());
        answers.cancel();
    }

    @Test
    void watchAfterHalfClose_goesOn() throws Exception { // spec W-34
        var answers = new Answered<WatchRequest, WatchResponse>();
        var requests = watch(server.channel(), answers);
        requests.onNext(create("w2"));
        assertTrue(answers.next().getCreated());
        requests.onCompleted();
        for (int i = 0; i < 3; i++) {
            calls.put("w2", "v" + i);
            assertEquals("v" + i, answers.next().getEvents(0).getKv().getValue().toStringUtf8());
        }
        assertTrue(answers.isQuiet());
        answers.cancel();
    }

    @Test
    void manyWatchesOnOneStream_allCreatedInOrder() throws Exception { // spec W-2, W-4
        var answers = new Answered<WatchRequest, WatchResponse>();
        var requests = watch(server.channel(), answers);
        for (int i = 0; i < 500; i++) requests.onNext(create("w3-" + i));
        for (int i = 0; i < 500; i++) assertEquals(i, answers.next().getWatchId());
        answers.cancel();
    }

    @Test
    void thousandsOfWatchesOpenedAndCancelled_leaveConnectionAndOthersUnharmed() throws Exception {
        var witness = new Answered<WatchRequest, WatchResponse>();
        watch(server.channel(), witness).onNext(create("witness"));
        assertTrue(witness.next().getCreated());
        var open = new ArrayList<Answered<WatchRequest, WatchResponse>>();
        for (int round = 0; round < 15; round++) {
            for (int i = 0; i < 200; i++) {
                var answers = new Answered<WatchRequest, WatchResponse>();
                watch(server.channel(), answers).onNext(create("many"));
                open.add(answers);
            }
            // Some are cancelled before they are answered, some after.
            if (round % 2 == 0)
                for (var answers : open) assertTrue(answers.next().getCreated());
            open.forEach(Answered::cancel);
            open.clear();
            calls.put("other", "fine");
        }
        long revision = calls.put("witness", "still").getHeader().getRevision();
        assertEquals(revision, witness.next().getHeader().getRevision());
        assertTrue(witness.isQuiet());
        witness.cancel();
    }

    @Test
    void garbageInAWatch_endsItAlone() throws Exception {
        var witness = new Answered<WatchRequest, WatchResponse>();
        watch(server.channel(), witness).onNext(create("g"));
        assertTrue(witness.next().getCreated());
        var answers = new Answered<PutRequest, WatchResponse>();
        // A string where the server expects a message of several levels.
        bidi(
                        server.channel(),
                        "etcdserverpb.Watch/Watch",
                        PutRequest.getDefaultInstance(),
                        WatchResponse.getDefaultInstance(),
                        answers)
                .onNext(PutRequest.newBuilder()
                        .setKey(ByteString.copyFrom(new byte[] {-1, -1, -1}))
                        .build());
        assertTrue(answers.status().startsWith("INTERNAL grpc: error unmarshalling request"), answers.status());
        calls.put("g", "v");
        assertEquals(1, witness.next().getEventsCount());
        witness.cancel();
    }

    @Test
    void oversizedWatchRequest_isToldWhy() throws Exception {
        var answers = new Answered<WatchRequest, WatchResponse>();
        var key = ByteString.copyFrom(new byte[3_000_000]);
        watch(server.channel(), answers)
                .onNext(WatchRequest.newBuilder()
                        .setCreateRequest(WatchCreateRequest.newBuilder().setKey(key))
                        .build());
        assertTrue(
                answers.status().startsWith("RESOURCE_EXHAUSTED grpc: received message larger than max ("),
                answers.status());
    }

    @Test
    void keepAlives_areAnsweredInOrderAndEndWithTheClient() throws Exception { // spec L-10, L-11, L-15
        long id = calls.grant(60, 0).getID();
        var answers = new Answered<LeaseKeepAliveRequest, LeaseKeepAliveResponse>();
        var requests = bidi(
                server.channel(),
                "etcdserverpb.Lease/LeaseKeepAlive",
                LeaseKeepAliveRequest.getDefaultInstance(),
                LeaseKeepAliveResponse.getDefaultInstance(),
                answers);
        requests.onNext(LeaseKeepAliveRequest.newBuilder().setID(id).build());
        requests.onNext(LeaseKeepAliveRequest.newBuilder().setID(4711).build());
        requests.onNext(LeaseKeepAliveRequest.newBuilder().setID(id).build());
        requests.onCompleted();
        assertEquals(60, answers.next().getTTL());
        var unknown = answers.next();
        assertEquals(0, unknown.getTTL());
        assertEquals(4711, unknown.getID());
        assertEquals(60, answers.next().getTTL());
        assertEquals("OK null", answers.status());
    }

    @Test
    void rangeStream_mergesToTheUnaryAnswer() throws Exception { // spec RS-1, RS-3, RS-4, RS-7
        var value = "x".repeat(2_000);
        for (int i = 0; i < 700; i++) calls.put("r%04d".formatted(i), value);
        for (long limit : new long[] {0, 5, 10, 333, 700, 1000}) {
            var request = RangeRequest.newBuilder()
                    .setKey(bytes("r"))
                    .setRangeEnd(bytes("s"))
                    .setLimit(limit)
                    .build();
            var expected = calls.range(request);
            var merged = merged(request);
            assertEquals(expected.getKvsList(), merged.getKvsList());
            assertEquals(expected.getMore(), merged.getMore());
            assertEquals(expected.getCount(), merged.getCount());
            assertEquals(expected.getHeader().getRevision(), merged.getHeader().getRevision());
        }
        // spec RS-6: pieces, none larger than a request may be
        var pieces = rangeStream(RangeRequest.newBuilder()
                .setKey(bytes("r"))
                .setRangeEnd(bytes("s"))
                .build());
        int count = 0;
        for (boolean last = false; !last; count++) {
            var piece = pieces.next().getRangeResponse();
            last = piece.hasHeader();
            assertTrue(piece.getSerializedSize() < 2 * 1_572_864, () -> "a piece of " + piece.getSerializedSize());
        }
        assertTrue(count > 1);
        var none = RangeRequest.newBuilder().setKey(bytes("nothing-here")).build();
        assertEquals(0, merged(none).getCount());
        var counted = RangeRequest.newBuilder()
                .setKey(bytes("r"))
                .setRangeEnd(bytes("s"))
                .setCountOnly(true)
                .build();
        assertEquals(700, merged(counted).getCount());
    }

    private static Answered<RangeRequest, RangeStreamResponse> rangeStream(RangeRequest request) {
        return serverStream(
                server.channel(), "etcdserverpb.KV/RangeStream", request, RangeStreamResponse.getDefaultInstance());
    }

    private static RangeResponse merged(RangeRequest request) throws Exception {
        var answers = rangeStream(request);
        var merged = RangeResponse.newBuilder();
        boolean last = false;
        while (!last) {
            var chunk = answers.next().getRangeResponse();
            merged.mergeFrom(chunk);
            last = chunk.hasHeader();
        }
        assertEquals("OK null", answers.status());
        return merged.build();
    }

    @Test
    void rangeStreamOfWhatItCanNot_isUnimplemented() throws Exception { // spec RS-2
        var range = RangeRequest.newBuilder().setKey(bytes("r")).build();
        var descending =
                range.toBuilder().setSortOrder(RangeRequest.SortOrder.DESCEND).build();
        assertEquals(
                "UNIMPLEMENTED RangeStream does not support custom sort orders",
                rangeStream(descending).status());
        var filtered = range.toBuilder().setMinModRevision(1).build();
        assertEquals(
                "UNIMPLEMENTED RangeStream does not support revision filters",
                rangeStream(filtered).status());
        assertEquals(
                "INVALID_ARGUMENT etcdserver: key is not provided",
                rangeStream(RangeRequest.getDefaultInstance()).status());
        var future = range.toBuilder().setRevision(1_000_000).build();
        assertEquals(
                "OUT_OF_RANGE etcdserver: mvcc: required revision is a future revision",
                rangeStream(future).status());
    }

    @Test
    void healthWatch_saysServingAndStaysOpen() throws Exception { // spec MD-5
        var answers = serverStream(
                server.channel(),
                "grpc.health.v1.Health/Watch",
                HealthCheckRequest.getDefaultInstance(),
                HealthCheckResponse.getDefaultInstance());
        assertEquals(HealthCheckResponse.ServingStatus.SERVING, answers.next().getStatus());
        assertTrue(answers.isQuiet());
        answers.cancel();
    }

    @Test
    void slowReaderOfAWatch_holdsUpNobody() throws Exception { // spec W-32
        var slow = new SlowReader();
        var descriptor = LiveServer.method(
                MethodType.BIDI_STREAMING,
                "etcdserverpb.Watch/Watch",
                WatchRequest.getDefaultInstance(),
                WatchResponse.getDefaultInstance());
        var requests =
                ClientCalls.asyncBidiStreamingCall(server.channel().newCall(descriptor, CallOptions.DEFAULT), slow);
        requests.onNext(create("slow"));
        var value = "x".repeat(100_000);
        long last = IntStream.range(0, 100)
                .mapToLong(i -> calls.put("slow", value).getHeader().getRevision())
                .max()
                .orElseThrow();
        assertFalse(slow.sees(last));
        slow.readOn();
        LiveServer.await("the slow reader catches up", () -> slow.sees(last));
        slow.cancel();
    }
}
