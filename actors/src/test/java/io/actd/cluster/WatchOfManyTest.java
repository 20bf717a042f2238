package io.actd.cluster;

import static io.actd.cluster.TestMember.answered;
import static io.actd.cluster.TestMember.ok;
import static org.junit.jupiter.api.Assertions.assertEquals;

import com.google.protobuf.ByteString;
import io.actd.protocol.Refusal;
import io.actd.protocol.api.WatchCreateRequest;
import io.actd.protocol.api.WatchRequest;
import io.actd.protocol.api.WatchResponse;
import io.actd.watch.WatchHub;
import io.actd.watch.WatchOutlet;
import io.actd.watch.WatchStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import org.apache.pekko.actor.typed.ActorRef;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A watch lives on the member its client speaks to, whoever leads. */
class WatchOfManyTest {
    @TempDir
    Path dir;

    /** One Watch RPC that remembers the values it was shown. */
    private static final class Watcher implements WatchOutlet {
        final List<String> values = new CopyOnWriteArrayList<>();
        private final CompletableFuture<WatchResponse> created = new CompletableFuture<>();
        private final CompletableFuture<ActorRef<WatchStream.Command>> stream = new CompletableFuture<>();

        static Watcher of(TestMember member, String key) {
            var watcher = new Watcher();
            member.api().watchHub().tell(new WatchHub.Open(watcher, watcher.stream));
            var create = WatchCreateRequest.newBuilder().setKey(ByteString.copyFromUtf8(key));
            var request = WatchRequest.newBuilder().setCreateRequest(create).build();
            answered(watcher.stream).tell(new WatchStream.Request(request, () -> {}));
            answered(watcher.created);
            return watcher;
        }

        @Override
        public void send(List<WatchResponse> responses) {
            for (var response : responses) {
                if (response.getCreated()) created.complete(response);
                for (var event : response.getEventsList())
                    values.add(event.getKv().getValue().toStringUtf8());
            }
            stream.thenAccept(opened -> opened.tell(WatchStream.Delivered.INSTANCE));
        }

        @Override
        public void fail(Refusal refusal) {
            created.completeExceptionally(new AssertionError(refusal.text()));
        }
    }

    @Test
    void watchOfAFollower_seesEachWriteOnce_alsoWhenItWasCutOffMeanwhile() { // spec W-16
        try (var cluster = TestCluster.ofThree(dir)) {
            var leader = cluster.leader();
            var follower = cluster.follower();
            var watcher = Watcher.of(follower, "k");
            var expected = new ArrayList<String>();
            for (int i = 0; i < 30; i++) {
                if (i == 10) cluster.isolate(follower);
                if (i == 20) cluster.network.heal();
                expected.add("v" + i);
                ok(leader.put("k", "v" + i));
            }
            TestCluster.await("all seen", () -> watcher.values.size() >= expected.size());
            assertEquals(expected, watcher.values);
        }
    }
}
