package io.actd.api;

import static io.actd.api.LiveServer.bytes;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.actd.protocol.api.HashKVRequest;
import io.actd.protocol.api.HashKVResponse;
import io.actd.protocol.api.HashRequest;
import io.actd.protocol.api.HashResponse;
import io.actd.protocol.api.RangeRequest;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Each read is reported once, before it is answered (spec operations.md §8.1, §8.2). */
class ReadTimesTest {
    private final List<String> reported = new CopyOnWriteArrayList<>();
    private final ApiMetrics metrics = new ApiMetrics() {
        @Override
        public void ranged(boolean success, long nanos) {
            reported.add("range " + success);
        }

        @Override
        public void hashed(boolean upToRevision, long nanos) {
            reported.add("hash " + upToRevision);
        }
    };

    @Test
    void readsAreReported(@TempDir Path dir) throws Exception {
        try (var server = LiveServer.start(dir, ApiConfig.defaults("3.6.0"), metrics, 2L << 30, api -> api)) {
            var calls = new Calls(server);
            calls.get("k");
            var range = RangeRequest.newBuilder().setKey(bytes("k"));
            calls.range(range.setSerializable(true).build());
            LiveServer.refusal(() -> calls.range(range.setRevision(99).build()));
            server.call(
                    "etcdserverpb.Maintenance/Hash",
                    HashRequest.getDefaultInstance(),
                    HashResponse.getDefaultInstance());
            server.call(
                    "etcdserverpb.Maintenance/HashKV",
                    HashKVRequest.getDefaultInstance(),
                    HashKVResponse.getDefaultInstance());
            assertEquals(List.of("range true", "range true", "range false", "hash false", "hash true"), reported);
        }
    }
}
