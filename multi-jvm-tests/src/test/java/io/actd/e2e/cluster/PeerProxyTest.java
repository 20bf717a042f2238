package io.actd.e2e.cluster;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import io.actd.e2e.Await;
import io.actd.e2e.server.Ports;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Of a proxy before {@code m2}, which is this process, as is its caller. */
class PeerProxyTest {
    private static final Duration TIMEOUT = Duration.ofSeconds(20);
    private static final long NOT_OURS = 1;

    private final Network network = new Network();
    private final int port = Ports.free(1)[0];
    private ServerSocket m2;
    private @Nullable PeerProxy proxy;

    @BeforeEach
    void listen() throws IOException {
        m2 = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
        m2.setSoTimeout((int) TIMEOUT.toMillis());
    }

    @AfterEach
    void close() throws IOException {
        m2.close();
        if (proxy != null) {
            proxy.close();
        }
    }

    private void startProxy(long pidOfM1) {
        proxy = new PeerProxy("m2", port, m2.getLocalPort(), network, () -> Map.of("m1", pidOfM1));
    }

    private Socket dial() throws IOException {
        Socket caller = new Socket(InetAddress.getLoopbackAddress(), port);
        caller.setSoTimeout((int) TIMEOUT.toMillis());
        return caller;
    }

    @Test
    void callerWhoIsNoMember_isRefused() throws IOException {
        startProxy(NOT_OURS);
        try (Socket stranger = dial()) {
            assertEquals(-1, stranger.getInputStream().read());
        }
    }

    @Test
    void member_isHeard_butForWhatACutHoldsBackUntilItIsHealed() throws IOException {
        startProxy(ProcessHandle.current().pid());
        try (Socket m1 = dial()) {
            m1.getOutputStream().write(1);
            try (Socket heard = m2.accept()) {
                assertEquals(1, heard.getInputStream().read());
                network.cut(List.of("m1", "m2"), (from, to) -> true);
                m1.getOutputStream().write(2);
                Await.until("one way is felt", TIMEOUT, () -> network.link("m1", "m2")
                        .hasHeldBack());
                assertFalse(network.felt());
                heard.getOutputStream().write(3);
                Await.until("both ways are felt", TIMEOUT, network::felt);
                assertEquals(0, heard.getInputStream().available());
                network.heal();
                assertEquals(2, heard.getInputStream().read());
                assertEquals(3, m1.getInputStream().read());
            }
        }
    }
}
