package io.actd.peer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PeerConfigTest {
    @Test
    void urls_becomeBindAndCanonicalAddress() {
        var config = PeerConfig.of("http://0.0.0.0:2380", List.of("http://n1.example:12380"))
                .getConfig("pekko.remote.artery");
        assertEquals("0.0.0.0", config.getString("bind.hostname"));
        assertEquals(2380, config.getInt("bind.port"));
        assertEquals("n1.example", config.getString("canonical.hostname"));
        assertEquals(12380, config.getInt("canonical.port"));
        assertEquals("tcp", config.getString("transport"));
    }

    /** Who knows them in another order must come to the same address. */
    @Test
    void severalAdvertisedUrls_meanOneAddress() {
        var one = PeerUrl.canonical(List.of("http://b:2380", "a:1", "http://a:2380"));
        assertEquals(one, PeerUrl.canonical(List.of("http://a:2380", "a:1", "http://b:2380")));
        assertEquals("pekko://actd@a:2380", one.orElseThrow().address("actd").toString());
        assertEquals(
                "pekko://actd@[::1]:2380",
                PeerUrl.parse("http://[::1]:2380").address("actd").toString());
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "localhost:2380", "http://localhost", "unix://a:1", "http://a b:1", "https://a:1"})
    void otherUrls_areRefused(String url) {
        assertThrows(IllegalArgumentException.class, () -> PeerConfig.of(url, List.of("http://a:2380")));
    }

    @Test
    void frames_haveRoomForPackets() {
        var advanced = PeerConfig.of("http://a:1", List.of("http://a:1")).getConfig("pekko.remote.artery.advanced");
        for (var frame : List.of("maximum-frame-size", "maximum-large-frame-size")) {
            assertTrue(advanced.getBytes(frame) >= Packet.MAX_BYTES + (64 << 10), frame);
        }
        assertTrue(Envelopes.PIECE_BYTES + 1024 < Packet.MAX_BYTES);
        assertTrue(PeerMessage.MAX_CHUNK_BYTES + (64 << 10) < Packet.MAX_BYTES);
    }
}
