package io.actd.e2e.wal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.actd.e2e.client.EtcdClient;
import io.actd.e2e.cluster.Cluster;
import io.actd.e2e.score.Scoreboard;
import io.actd.e2e.server.Command;
import io.actd.e2e.server.ServerConfig;
import io.actd.e2e.server.ServerProcess;
import io.actd.e2e.server.Servers;
import io.actd.e2e.server.Target;
import io.etcd.jetcd.api.KeyValue;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * A small stopped member whose log is cut or has one wrong bit: it starts with everything before a torn tail, or it
 * refuses and names the place (faults.md D12, D15; spec FM-33…FM-35). Every offset is tried in the log's own tests.
 */
class WalDamageIT {
    private static final int PUTS = 40;
    private static final int CUTS = Cluster.times(16);
    private static final int FLIPS = Cluster.times(24);
    /** The cut log ends before what the store has applied: nothing in the log itself is wrong then. */
    private static final Pattern SHORT_LOG =
            Pattern.compile("ends at entry \\d+, but the store holds entry \\d+|commit-within-log broken");

    private static final String MARK = "value-of-put-";

    @RegisterExtension
    static final Servers SERVERS = new Servers();

    private static ServerConfig template;
    private static WalFile wal;

    @BeforeAll
    static void makeMember() {
        Assumptions.assumeTrue(
                Target.underTest() == Target.ACTD, "etcd 3.4 hangs when its log is shorter than its store");
        ServerProcess server = SERVERS.start();
        try (EtcdClient client = EtcdClient.connect(server.endpoint())) {
            for (int i = 0; i < PUTS; i++) {
                client.put("k%03d".formatted(i), MARK + i);
            }
        }
        server.terminate();
        template = server.config();
        wal = WalFile.onlyOne(template.walDir());
        assertEquals(PUTS, wal.countBefore(Long.MAX_VALUE, MARK));
    }

    static Stream<Long> cuts() {
        SplittableRandom random = new SplittableRandom(Cluster.seed());
        Stream<Long> inside = random.longs(CUTS - 4L, 0, wal.end()).boxed();
        List<WalFile.Record> records = wal.records();
        return Stream.concat(
                Stream.of(
                        0L,
                        records.get(records.size() / 2).begin(),
                        records.get(records.size() - 1).begin() + 8,
                        wal.end() - 1),
                inside);
    }

    @ParameterizedTest
    @MethodSource("cuts")
    void cutLog_keepsAllBefore_orIsRefused(long offset) {
        ServerConfig config = copy();
        WalFile.truncate(damaged(config), offset);
        count(
                "12",
                Scoreboard.REAL + ", offsets",
                () -> startOrRefuse(config, offset, (int) wal.countBefore(offset, MARK)));
    }

    static Stream<Long> flips() {
        return new SplittableRandom(~Cluster.seed())
                .longs(FLIPS, 0, wal.end() + 64)
                .boxed();
    }

    @ParameterizedTest
    @MethodSource("flips")
    void flippedBit_losesNothing_orIsRefused(long offset) {
        ServerConfig config = copy();
        WalFile.flip(damaged(config), offset, (int) (offset % 8));
        count("11", Scoreboard.REAL, () -> startOrRefuse(config, offset, PUTS));
    }

    private static void count(String line, String what, Runnable attempt) {
        boolean passed = false;
        try {
            attempt.run();
            passed = true;
        } finally {
            Scoreboard.add(line, what, "WalDamageIT", 1, passed ? 0 : 1, Cluster.seed());
        }
    }

    private static void startOrRefuse(ServerConfig config, long offset, int leastPuts) {
        ServerProcess server = SERVERS.launch(config);
        try {
            if (server.awaitReadyOrExit()) {
                int puts = checkPrefix(server, 0);
                assertTrue(puts >= leastPuts, puts + " puts are left of " + leastPuts + " before " + offset);
                goesOn(server, puts);
            } else {
                assertEquals(1, server.awaitExit());
                String told = server.log().tail(50);
                assertTrue(
                        WalFile.PLACE.matcher(told).find()
                                || SHORT_LOG.matcher(told).find(),
                        told);
            }
        } finally {
            server.close();
        }
    }

    /** New writes are kept too, and nothing of the lost ones comes back. */
    private static void goesOn(ServerProcess server, int puts) {
        try (EtcdClient client = EtcdClient.connect(server.endpoint())) {
            long before = client.all(0).getHeader().getRevision();
            assertEquals(
                    before + 1, client.put("new", "after damage").getHeader().getRevision());
        }
        server.kill9();
        server.restart();
        assertEquals(puts, checkPrefix(server, 1));
    }

    /** The puts that are there are the first ones, each as it was written; returns how many. */
    private static int checkPrefix(ServerProcess server, int others) {
        try (EtcdClient client = EtcdClient.connect(server.endpoint())) {
            Map<String, String> pairs = new TreeMap<>();
            for (KeyValue pair : client.all(0).getKvsList()) {
                pairs.put(pair.getKey().toStringUtf8(), pair.getValue().toStringUtf8());
            }
            int puts = pairs.size() - others;
            for (int i = 0; i < puts; i++) {
                assertEquals(MARK + i, pairs.get("k%03d".formatted(i)), "of " + pairs);
            }
            return puts;
        }
    }

    private static Path damaged(ServerConfig config) {
        return config.walDir().resolve(wal.path().getFileName());
    }

    private static ServerConfig copy() {
        Path directory = SERVERS.newDirectory();
        List<String> words = new ArrayList<>(List.of("cp", "-a", "--sparse=always"));
        words.addAll(List.of(template.dataDir().toString(), directory.toString()));
        assertEquals(0, Command.run(words, Map.of(), "").exitCode());
        return template.with(
                directory.resolve(template.dataDir().getFileName()), template.clientPort(), template.peerPort());
    }
}
