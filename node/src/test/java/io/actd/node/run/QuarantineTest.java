package io.actd.node.run;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.typesafe.config.ConfigFactory;
import io.actd.join.ClusterEnquiry;
import io.actd.join.JoinMessage.NotReady;
import io.actd.node.Main;
import io.actd.peer.ArteryNetwork;
import io.actd.peer.PeerConfig;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.apache.pekko.actor.Address;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.typed.javadsl.Adapter;
import org.apache.pekko.remote.RARP;
import org.apache.pekko.remote.artery.ArteryTransport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A process that another one has quarantined ends, so that its supervisor starts a new one (docs/adr/0004). */
class QuarantineTest {
    @TempDir
    Path dir;

    @Test
    void quarantinedProcess_saysSo_andEndsWith75() throws Exception {
        int peerPort = freePort();
        var log = dir.resolve("log");
        var process = start(peerPort, log);
        var url = "http://127.0.0.1:0";
        var other = ActorTestKit.create("actd", PeerConfig.of(url, List.of(url)).withFallback(ConfigFactory.load()));
        try {
            var enquiry = new ClusterEnquiry(other.system());
            other.createTestProbe().awaitAssert(Duration.ofSeconds(60), () -> {
                var answer = enquiry.ask("127.0.0.1", peerPort, 0, Duration.ofSeconds(1))
                        .toCompletableFuture()
                        .join();
                assertTrue(answer != NotReady.INSTANCE);
                return null;
            });
            var provider = ((RARP) RARP.apply(Adapter.toClassic(other.system()))).provider();
            var artery = (ArteryTransport) provider.transport();
            artery.association(new Address("pekko", "actd", "127.0.0.1", peerPort))
                    .quarantine("a test wants it");

            assertTrue(process.waitFor(30, TimeUnit.SECONDS), "it goes on");
            assertEquals(75, ArteryNetwork.QUARANTINED_EXIT_STATUS);
            assertEquals(75, process.exitValue());
            var text = Files.readString(log);
            assertTrue(text.contains("has quarantined this actor system"), text);
            assertTrue(text.contains("\"exit-status\":75"), text);
        } finally {
            process.destroyForcibly();
            other.shutdownTestKit();
        }
    }

    private Process start(int peerPort, Path log) throws Exception {
        var peerUrl = "http://127.0.0.1:" + peerPort;
        var clientUrl = "http://127.0.0.1:" + freePort();
        return new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        Main.class.getName(),
                        "--data-dir=" + dir.resolve("data"),
                        "--listen-peer-urls=" + peerUrl,
                        "--initial-advertise-peer-urls=" + peerUrl,
                        "--listen-client-urls=" + clientUrl,
                        "--advertise-client-urls=" + clientUrl)
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
    }

    private static int freePort() throws Exception {
        try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }
}
