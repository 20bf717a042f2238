package io.actd.api;

import static io.actd.api.LiveServer.bytes;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.actd.api.rpc.Answers;
import io.actd.api.rpc.Frames;
import io.actd.protocol.api.PutRequest;
import java.io.ByteArrayOutputStream;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.zip.GZIPOutputStream;
import org.apache.pekko.http.javadsl.Http;
import org.apache.pekko.http.javadsl.model.ContentTypes;
import org.apache.pekko.http.javadsl.model.HttpEntities;
import org.apache.pekko.http.javadsl.model.HttpRequest;
import org.apache.pekko.http.javadsl.model.HttpResponse;
import org.apache.pekko.http.javadsl.model.headers.RawHeader;
import org.apache.pekko.stream.BoundedSourceQueue;
import org.apache.pekko.stream.javadsl.Keep;
import org.apache.pekko.stream.javadsl.Sink;
import org.apache.pekko.stream.javadsl.SinkQueueWithCancel;
import org.apache.pekko.stream.javadsl.Source;
import org.apache.pekko.util.ByteString;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Requests no gRPC library would send, over a bare HTTP/2 client. All of them go over one connection, and after each
 * a good call: nothing a request holds may end the connection.
 */
class BadInputTest {
    private static final ByteString GOOD = Frames.encode(
            PutRequest.newBuilder().setKey(bytes("k")).setValue(bytes("v")).build());

    private static LiveServer server;
    private static BoundedSourceQueue<HttpRequest> requests;
    private static SinkQueueWithCancel<HttpResponse> answers;

    @BeforeAll
    static void start(@TempDir Path dir) throws Exception {
        server = LiveServer.start(dir);
        var connection = Http.get(server.system())
                .connectionTo("127.0.0.1")
                .toPort(server.port())
                .http2WithPriorKnowledge();
        var ends = Source.<HttpRequest>queue(16)
                .via(connection)
                .toMat(Sink.<HttpResponse>queue(16), Keep.both())
                .run(server.system());
        requests = ends.first();
        answers = ends.second();
    }

    @AfterAll
    static void stop() throws Exception {
        requests.complete();
        server.close();
    }

    private static HttpRequest put(ByteString body) {
        return HttpRequest.POST("/etcdserverpb.KV/Put").withEntity(HttpEntities.create(Answers.GRPC, body));
    }

    private static HttpRequest inPieces(String path, ByteString... pieces) {
        return HttpRequest.POST(path)
                .withEntity(HttpEntities.createChunked(Answers.GRPC, Source.from(List.of(pieces))));
    }

    /** Answers to the given request and to a good one sent after it. */
    private static List<HttpResponse> exchange(HttpRequest bad) throws Exception {
        return List.of(answer(bad), answer(put(GOOD)));
    }

    private static HttpResponse answer(HttpRequest request) throws Exception {
        requests.offer(request);
        var answer =
                answers.pull().toCompletableFuture().get(20, TimeUnit.SECONDS).orElseThrow();
        answer.discardEntityBytes(server.system());
        return answer;
    }

    /** The status of the bad request, as {@code CODE text}, having seen that the good one went well. */
    private static String status(HttpRequest bad) throws Exception {
        var both = exchange(bad);
        assertEquals(200, both.get(1).status().intValue());
        assertTrue(both.get(1).getHeader("grpc-status").isEmpty());
        return both.get(0).getHeader("grpc-status").orElseThrow().value() + " "
                + both.get(0).getHeader("grpc-message").orElseThrow().value();
    }

    @Test
    void frames_thatAreNone() throws Exception {
        assertEquals("13 grpc: received no request message", status(put(ByteString.emptyByteString())));
        assertEquals("13 unexpected EOF", status(put(ByteString.fromInts(0, 0, 0))));
        assertEquals("13 unexpected EOF", status(put(ByteString.fromInts(0, 0, 0, 0, 9, 1))));
        assertEquals("13 grpc: received unexpected payload format 7", status(put(ByteString.fromInts(7, 0, 0, 0, 0))));
        assertEquals(
                "13 grpc: compressed flag set with identity or empty encoding",
                status(put(ByteString.fromInts(1, 0, 0, 0, 0))));
        assertEquals(
                "8 grpc: received message larger than max (4294967295 vs. 2097152)",
                status(put(ByteString.fromInts(0, 255, 255, 255, 255, 1, 2, 3))));
        assertEquals(
                "13 grpc: received more than one request message for a unary call", status(put(GOOD.concat(GOOD))));
    }

    @Test
    void framesInPieces_thatAreNone() throws Exception {
        var path = "/etcdserverpb.KV/Put";
        assertEquals(
                "13 unexpected EOF", status(inPieces(path, ByteString.fromInts(0, 0), ByteString.fromInts(0, 0, 9))));
        assertEquals(
                "8 grpc: received message larger than max (4294967295 vs. 2097152)",
                status(inPieces(path, ByteString.fromInts(0, 255), ByteString.fromInts(255, 255, 255, 1))));
        assertEquals(
                "13 grpc: received more than one request message for a unary call",
                status(inPieces(path, GOOD, GOOD, GOOD)));
    }

    @Test
    void garbageInAGoodFrame_isNamed() throws Exception {
        var text = status(put(ByteString.fromInts(0, 0, 0, 0, 3, 0x0a, 0x7f, 1)));
        assertTrue(text.startsWith("13 grpc: error unmarshalling request: "), text);
    }

    @Test
    void encodings() throws Exception { // spec LM-2
        var unknown = put(GOOD).addHeader(RawHeader.create("grpc-encoding", "snappy"));
        assertEquals("12 grpc: Decompressor is not installed for grpc-encoding \"snappy\"", status(unknown));
        var gzip = RawHeader.create("grpc-encoding", "gzip");
        for (var response : exchange(put(compressed(GOOD.drop(5).toArray())).addHeader(gzip))) {
            assertTrue(response.getHeader("grpc-status").isEmpty());
        }
        var bomb = status(put(compressed(new byte[3_000_000])).addHeader(gzip));
        assertEquals("8 grpc: received message after decompression larger than max 2097152", bomb);
        var broken = status(put(ByteString.fromInts(1, 0, 0, 0, 2, 1, 2)).addHeader(gzip));
        assertTrue(broken.startsWith("13 grpc: failed to decompress the received message"), broken);
    }

    private static ByteString compressed(byte[] message) throws Exception {
        var sink = new ByteArrayOutputStream();
        try (var gzip = new GZIPOutputStream(sink)) {
            gzip.write(message);
        }
        int size = sink.size();
        return ByteString.fromInts(1, size >>> 24, size >>> 16 & 255, size >>> 8 & 255, size & 255)
                .concat(ByteString.fromArray(sink.toByteArray()));
    }

    @Test
    void headers_thatAreWrong() throws Exception {
        var timeout = put(GOOD).addHeader(RawHeader.create("grpc-timeout", "soon"));
        assertEquals("13 malformed grpc-timeout: soon", status(timeout));
        var late = put(GOOD).addHeader(RawHeader.create("grpc-timeout", "1n"));
        assertEquals("4 context deadline exceeded", status(late));
    }

    @Test
    void paths_thatAreNone() throws Exception {
        assertEquals(
                "12 malformed method name: \"/etcdserverpb.KV\"",
                status(HttpRequest.POST("/etcdserverpb.KV").withEntity(HttpEntities.create(Answers.GRPC, GOOD))));
        assertEquals(
                "12 malformed method name: \"/etcdserverpb.KV/Put/more\"",
                status(HttpRequest.POST("/etcdserverpb.KV/Put/more")
                        .withEntity(HttpEntities.create(Answers.GRPC, GOOD))));
    }

    @Test
    void wrongContentTypeOrMethod_isAnHttpError() throws Exception {
        var json = HttpRequest.POST("/etcdserverpb.KV/Put")
                .withEntity(HttpEntities.create(ContentTypes.APPLICATION_JSON, "{}"));
        assertEquals(List.of(415, 200), codes(exchange(json)));
        var get = HttpRequest.GET("/etcdserverpb.KV/Put").withEntity(HttpEntities.create(Answers.GRPC, GOOD));
        assertEquals(List.of(405, 200), codes(exchange(get)));
    }

    private static List<Integer> codes(List<HttpResponse> answers) {
        return answers.stream().map(answer -> answer.status().intValue()).toList();
    }

    @Test
    void garbageInStreams_isToldInTheTrailers() throws Exception {
        var watch = "/etcdserverpb.Watch/Watch";
        for (var body : List.of(ByteString.fromInts(7, 0, 0, 0, 0), ByteString.fromInts(0, 255, 255, 255, 255))) {
            for (var answer : exchange(inPieces(watch, body, body)))
                assertEquals(200, answer.status().intValue());
        }
        var unknown = inPieces(watch, GOOD).addHeader(RawHeader.create("grpc-encoding", "snappy"));
        assertEquals("12 grpc: Decompressor is not installed for grpc-encoding \"snappy\"", status(unknown));
    }
}
