package io.actd.wal;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import io.actd.protocol.api.InternalRaftRequest;
import io.actd.protocol.api.PutRequest;
import io.actd.protocol.api.RequestHeader;
import io.actd.protocol.wal.ConfChange;
import io.actd.raft.Entry;
import io.actd.raft.HardState;
import io.actd.raft.Payload;
import io.actd.world.Failpoints;
import io.actd.world.SystemDisk;
import java.io.BufferedReader;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The real etcd and we read each other's logs. Skipped where there is no etcd. */
@Timeout(60)
class EtcdLogTest {
    @TempDir
    Path directory = Path.of("");

    private String clientUrl = "";
    private String peerUrl = "";

    @BeforeEach
    void freePorts() throws IOException {
        Assumptions.assumeTrue(installed("etcd") && installed("etcdctl"), "no etcd on the path");
        clientUrl = "http://127.0.0.1:" + freePort();
        peerUrl = "http://127.0.0.1:" + freePort();
    }

    @Test
    void logOfEtcd_isReadAndWhatWeAppendIsAppliedByEtcd() throws Exception {
        whileEtcdRuns(() -> {
            for (int i = 1; i <= 20; i++) etcdctl("put", "key" + i, "value" + i);
            etcdctl("del", "key7");
        });

        var read = Wal.read(new SystemDisk(), wal());
        var first = read.entries().getFirst();
        assertEquals(Entry.Type.CONF_CHANGE, first.type());
        var bootstrap = ConfChange.parseFrom(first.payload().bytes());
        assertEquals(read.metadata().memberId(), bootstrap.getNodeId());
        assertEquals(20, puts(read.entries()));
        assertEquals(read.lastIndex(), read.hardState().commitIndex());

        long term = read.hardState().currentTerm();
        try (var wal = Wal.open(WalFixture.world(new SystemDisk(), new Failpoints()), wal(), WalOptions.DEFAULTS)) {
            assertEquals(read.hardState(), wal.recovered().hardState());
            assertEquals(
                    WalFixture.texts(read.entries()),
                    WalFixture.texts(wal.recovered().entries()));
            var ours = put(term, read.lastIndex() + 1, "ours", "read by etcd");
            var vote = read.hardState().votedFor();
            wal.append(WalFixture.batch(new HardState(term, vote, ours.index()), ours));
        }

        whileEtcdRuns(() -> {
            assertEquals(List.of("ours", "read by etcd"), etcdctl("get", "ours"));
            etcdctl("put", "later", "by etcd");
        });
        var again = Wal.read(new SystemDisk(), wal());
        assertEquals(22, puts(again.entries()));
        assertEquals(
                WalFixture.texts(read.entries()),
                WalFixture.texts(again.entries().subList(0, read.entries().size())));
    }

    private interface Story {
        void run() throws Exception;
    }

    private void whileEtcdRuns(Story story) throws Exception {
        var etcd = new ProcessBuilder(
                        "etcd",
                        "--name=n1",
                        "--data-dir=" + directory.resolve("data"),
                        "--listen-client-urls=" + clientUrl,
                        "--advertise-client-urls=" + clientUrl,
                        "--listen-peer-urls=" + peerUrl,
                        "--initial-advertise-peer-urls=" + peerUrl,
                        "--initial-cluster=n1=" + peerUrl,
                        "--logger=zap",
                        "--log-outputs=stderr")
                .redirectErrorStream(true)
                .start();
        try (var out = etcd.inputReader(StandardCharsets.UTF_8)) {
            awaitReady(out);
            story.run();
            etcd.toHandle().destroy(); // a clean stop, with its output left open
            while (out.readLine() != null) {}
        } finally {
            etcd.destroyForcibly().waitFor();
        }
    }

    private static void awaitReady(BufferedReader out) throws IOException {
        var seen = new ArrayList<String>();
        for (var line = out.readLine(); line != null; line = out.readLine()) {
            seen.add(line);
            if (line.contains("serving insecure client requests") || line.contains("serving client")) return;
        }
        throw new AssertionError("etcd did not start: " + String.join("\n", seen));
    }

    private List<String> etcdctl(String... arguments) throws Exception {
        var command = Stream.concat(Stream.of("etcdctl", "--endpoints=" + clientUrl), Stream.of(arguments))
                .toList();
        var builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().put("ETCDCTL_API", "3");
        var process = builder.start();
        var out = process.inputReader(StandardCharsets.UTF_8).lines().toList();
        assertEquals(0, process.waitFor(), () -> command + " " + out);
        return out;
    }

    private Path wal() {
        return directory.resolve("data/member/wal");
    }

    private static Entry put(long term, long index, String key, String value) {
        var request = InternalRaftRequest.newBuilder()
                .setHeader(RequestHeader.newBuilder().setID(index))
                .setPut(PutRequest.newBuilder()
                        .setKey(ByteString.copyFromUtf8(key))
                        .setValue(ByteString.copyFromUtf8(value)));
        return new Entry(
                term, index, Entry.Type.NORMAL, Payload.of(request.build().toByteArray()));
    }

    private static long puts(List<Entry> entries) throws InvalidProtocolBufferException {
        long puts = 0;
        for (var entry : entries) {
            if (entry.type() != Entry.Type.NORMAL || startsAsV2(entry.payload().bytes())) continue;
            if (InternalRaftRequest.parseFrom(entry.payload().bytes()).hasPut()) puts++;
        }
        return puts;
    }

    /** Spec FM-42: field 2, the method, after the id. */
    private static boolean startsAsV2(byte[] bytes) {
        return new String(bytes, StandardCharsets.ISO_8859_1).contains("/0/");
    }

    private static int freePort() throws IOException {
        try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    private static boolean installed(String program) {
        return Stream.of(System.getenv("PATH").split(":", -1))
                .anyMatch(d -> Files.isExecutable(Path.of(d).resolve(program)));
    }
}
