package io.actd.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.actd.check.KeyRange;
import io.actd.e2e.client.DuplexStream;
import io.actd.e2e.client.EtcdClient;
import io.actd.e2e.client.Rpc;
import io.actd.e2e.cluster.Cluster;
import io.actd.e2e.load.Load;
import io.actd.e2e.load.Recording;
import io.actd.e2e.load.Server;
import io.actd.e2e.load.Verdict;
import io.actd.e2e.score.Scoreboard;
import io.actd.e2e.server.ServerProcess;
import io.actd.e2e.server.Servers;
import io.actd.protocol.api.RangeRequest;
import io.actd.protocol.api.WatchCreateRequest;
import io.actd.protocol.api.WatchRequest;
import io.actd.protocol.api.WatchResponse;
import io.actd.protocol.mvcc.Event;
import io.actd.protocol.mvcc.KeyValue;
import java.time.Duration;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The process is killed under load; {@code -Dstories.scale=20 -Dstories.seed=7} for a long run. */
class CrashIT {
    private static final int CYCLES = Cluster.times(6);
    private static final long SEED = Cluster.seed();
    private static final int LEAST_WRITES = 100;
    private static final int MORE_WRITES = 400;
    private static final int IN_FLIGHT = 8;

    @RegisterExtension
    final Servers servers = new Servers();

    private int kills;

    private record Alone(ServerProcess process) implements Server {
        @Override
        public EtcdClient connect() {
            return EtcdClient.connect(process.endpoint());
        }

        @Override
        public String identity() {
            return "alone";
        }
    }

    // spec P-8, R-9, W-30, faults.md D2
    @Test
    void killedUnderLoad_losesNothingAndRepeatsNothing() {
        Alone server = new Alone(servers.start());
        Load load = Load.start(List.of(server), new Recording(), SEED).crowd(IN_FLIGHT);
        boolean passed = false;
        try {
            killAgainAndAgain(server, load);
            judge(server, load);
            passed = true;
        } finally {
            int failures = passed ? 0 : 1;
            Scoreboard.add("4", Scoreboard.REAL, "CrashIT", load.recording().count(), failures, SEED);
            Scoreboard.add("8", Scoreboard.REAL, "CrashIT", kills, failures, SEED);
        }
    }

    private void killAgainAndAgain(Alone server, Load load) {
        SplittableRandom random = new SplittableRandom(SEED);
        while (kills < CYCLES) {
            load.awaitWrites(LEAST_WRITES + random.nextInt(MORE_WRITES));
            assertEquals(ServerProcess.KILLED, server.process().kill9(), "it lived until then");
            kills++;
            server.process().restart();
        }
    }

    private void judge(Alone server, Load load) {
        Verdict verdict = Verdict.on(load);
        System.out.printf("crash: %d cycles, %s, seed %d%n", kills, verdict.figures(), SEED);
        assertEquals(List.of(), verdict.problems());
        try (EtcdClient client = server.connect()) {
            assertEquals(verdict.pairs(), pairs(client, verdict.lastRevision()));
            assertEquals(verdict.hash(), client.hashKv(verdict.lastRevision()).getHash());
            List<Event> left = verdict.logBehindCompaction();
            assertEquals(left, watch(client, verdict.compacted() + 1, left.size()));
        }
    }

    private static List<KeyValue> pairs(EtcdClient client, long revision) {
        RangeRequest all = RangeRequest.newBuilder()
                .setKey(KeyRange.ZERO)
                .setRangeEnd(KeyRange.ZERO)
                .setRevision(revision)
                .build();
        return client.call(Rpc.RANGE, all).getKvsList();
    }

    private static List<Event> watch(EtcdClient client, long revision, int howMany) {
        try (DuplexStream<WatchRequest, WatchResponse> watch = DuplexStream.open(client.channel(), Rpc.WATCH)) {
            watch.send(WatchRequest.newBuilder()
                    .setCreateRequest(WatchCreateRequest.newBuilder()
                            .setKey(KeyRange.ZERO)
                            .setRangeEnd(KeyRange.ZERO)
                            .setStartRevision(revision))
                    .build());
            Await.until(
                    "full watch", Duration.ofSeconds(20), () -> events(watch).size() >= howMany);
            return events(watch).subList(0, howMany);
        }
    }

    private static List<Event> events(DuplexStream<WatchRequest, WatchResponse> watch) {
        return watch.answers().stream()
                .flatMap(answer -> answer.getEventsList().stream())
                .toList();
    }
}
