package io.actd.api;

import static io.actd.api.LiveServer.bytes;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.ByteString;
import io.actd.protocol.api.PutRequest;
import io.actd.protocol.api.RangeRequest;
import io.actd.protocol.api.RangeStreamResponse;
import io.grpc.CallOptions;
import io.grpc.ClientCall;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor.MethodType;
import io.grpc.Status;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A RangeStream whose revision is compacted while it is under way. */
class CompactedRangeStreamTest {
    private static final int PAIRS = 500;
    private static final ByteString VALUE = ByteString.copyFrom(new byte[100_000]);

    /** Takes as many answers as it is allowed to. */
    private static final class Reader extends ClientCall.Listener<RangeStreamResponse> {
        final CompletableFuture<Void> first = new CompletableFuture<>();
        final CompletableFuture<Status> ended = new CompletableFuture<>();
        final AtomicInteger pairs = new AtomicInteger();

        @Override
        public void onMessage(RangeStreamResponse answer) {
            pairs.addAndGet(answer.getRangeResponse().getKvsCount());
            first.complete(null);
        }

        @Override
        public void onClose(Status status, Metadata trailers) {
            ended.complete(status);
        }
    }

    @Test
    void compactedMidway_someChunksThenCompacted(@TempDir Path dir) throws Exception { // spec RS-5
        try (var server = LiveServer.start(dir)) {
            var calls = new Calls(server);
            // More than client and server hold between them while nobody reads.
            for (int i = 0; i < PAIRS; i++) {
                calls.put(PutRequest.newBuilder()
                        .setKey(bytes("k" + i))
                        .setValue(VALUE)
                        .build());
            }
            var all = RangeRequest.newBuilder()
                    .setKey(bytes("k"))
                    .setRangeEnd(bytes("l"))
                    .build();
            var call = server.channel()
                    .newCall(
                            LiveServer.method(
                                    MethodType.SERVER_STREAMING,
                                    "etcdserverpb.KV/RangeStream",
                                    all,
                                    RangeStreamResponse.getDefaultInstance()),
                            CallOptions.DEFAULT);
            var reader = new Reader();
            call.start(reader, new Metadata());
            call.request(1);
            call.sendMessage(all);
            call.halfClose();
            reader.first.get(20, TimeUnit.SECONDS);
            var later = calls.put("k0", "newer").getHeader().getRevision();
            calls.compact(later, true);

            call.request(PAIRS);
            var status = reader.ended.get(20, TimeUnit.SECONDS);
            assertEquals(Status.Code.OUT_OF_RANGE, status.getCode());
            assertEquals("etcdserver: mvcc: required revision has been compacted", status.getDescription());
            assertTrue(reader.pairs.get() >= 10 && reader.pairs.get() < PAIRS, () -> reader.pairs + " pairs");
        }
    }
}
