package io.actd.member;

import io.actd.protocol.ServerVersion;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** Which version each peer said it is, the last time it said so. Thread-safe. */
final class PeerVersions {
    private final ConcurrentHashMap<Long, ServerVersion> byPeer = new ConcurrentHashMap<>();

    void heard(long peer, @Nullable ServerVersion version) {
        if (version != null) byPeer.put(peer, version);
    }

    /** Null while it has not said. */
    @Nullable
    ServerVersion of(long peer) {
        return byPeer.get(peer);
    }
}
