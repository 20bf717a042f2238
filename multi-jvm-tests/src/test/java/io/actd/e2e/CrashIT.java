package io.actd.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.google.protobuf.ByteString;
import io.actd.check.History;
import io.actd.check.KeyRange;
import io.actd.check.KvHash;
import io.actd.check.KvModel;
import io.actd.check.RevisionOrderChecker;
import io.actd.e2e.client.EtcdClient;
import io.actd.e2e.client.WatchStream;
import io.actd.e2e.crash.CrashStory;
import io.actd.e2e.crash.Ours;
import io.actd.e2e.server.ServerProcess;
import io.actd.e2e.server.Servers;
import io.actd.protocol.mvcc.Event;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The process is killed under load; {@code -Dcrash.cycles=100 -Dcrash.seed=7} for a long run. */
class CrashIT {
    private static final int CYCLES = Integer.getInteger("crash.cycles", 10);
    private static final long SEED = Long.getLong("crash.seed", 1);

    private static final ByteString ALL = KeyRange.ZERO;

    @RegisterExtension
    final Servers servers = new Servers();

    // spec P-8, R-9, W-30, faults.md D2
    @Test
    void killedUnderLoad_losesNothingAndRepeatsNothing() {
        ServerProcess server = servers.start();
        CrashStory story = new CrashStory(server, SEED);
        for (int cycle = 0; cycle < CYCLES; cycle++) {
            story.crashOnce();
        }
        try (EtcdClient client = EtcdClient.connect(server.endpoint())) {
            History history = story.finish();
            long last = client.all(0).getHeader().getRevision();
            List<Event> suffix = history.log().stream()
                    .filter(event -> event.getKv().getModRevision() > story.compacted())
                    .toList();
            System.out.printf(
                    "crash: %d cycles, %d operations, %d revisions, compacted %d, seed %d%n",
                    CYCLES, history.operations().size(), last, story.compacted(), SEED);

            assertEquals(suffix, watchFrom(client, story.compacted() + 1, suffix.size()));
            assertEquals(List.of(), RevisionOrderChecker.check(history));
            KvModel model = replay(history.log());
            assertEquals(model.pairs(ALL, ALL, last), Ours.pairs(client.all(0).getKvsList()));
            assertEquals(KvHash.of(model, story.compacted()), client.hashKv(0).getHash());
        }
    }

    private static List<Event> watchFrom(EtcdClient client, long revision, int howMany) {
        try (WatchStream watch = client.watch()) {
            watch.createForAll(revision);
            Await.until(
                    "full watch", Duration.ofSeconds(20), () -> watch.events(0).size() >= howMany);
            return Ours.events(watch.events(0));
        }
    }

    private static KvModel replay(List<Event> log) {
        KvModel model = new KvModel();
        List<Event> revision = new ArrayList<>();
        for (Event event : log) {
            if (!revision.isEmpty()
                    && event.getKv().getModRevision() != revision.get(0).getKv().getModRevision()) {
                model.append(revision);
                revision.clear();
            }
            revision.add(event);
        }
        model.append(revision);
        return model;
    }
}
