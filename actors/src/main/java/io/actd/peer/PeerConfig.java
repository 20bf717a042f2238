package io.actd.peer;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigParseOptions;
import java.util.Collection;
import java.util.Map;

/**
 * The settings an actor system needs to be a member's. What does not depend on addresses stands in {@code peer.conf}, each
 * with its reason.
 */
public final class PeerConfig {
    private PeerConfig() {}

    /**
     * For the front of the system's configuration: {@code PeerConfig.of(…).withFallback(ConfigFactory.load())}. Java's
     * system properties still win. All members' systems must have the same name.
     *
     * @param listen peer URL to bind; the host may be {@code 0.0.0.0}, the port 0 in tests
     * @param advertised the peer URLs others were told: for a member that has data those of the membership, whatever the
     *     flags say now; one of them, the same for all, becomes the system's address
     * @throws IllegalArgumentException if a URL makes no sense, or asks for what is not there
     */
    public static Config of(String listen, Collection<String> advertised) {
        var bind = PeerUrl.parse(listen);
        var canonical = PeerUrl.canonical(advertised)
                .orElseThrow(() -> new IllegalArgumentException("no peer URL to advertise among " + advertised));
        var addresses = ConfigFactory.parseMap(
                Map.of(
                        "pekko.remote.artery.transport", transport(bind, canonical),
                        "pekko.remote.artery.bind.hostname", bind.host(),
                        "pekko.remote.artery.bind.port", bind.port(),
                        "pekko.remote.artery.canonical.hostname", canonical.host(),
                        "pekko.remote.artery.canonical.port", canonical.port()),
                "peer URLs");
        var fixed = ConfigFactory.parseResources(
                PeerConfig.class, "peer.conf", ConfigParseOptions.defaults().setAllowMissing(false));
        return ConfigFactory.defaultOverrides().withFallback(addresses).withFallback(fixed);
    }

    /** The one place where the transport is chosen: {@code tls-tcp} and its key material belong here. */
    private static String transport(PeerUrl bind, PeerUrl canonical) {
        if (bind.tls() || canonical.tls()) {
            throw new IllegalArgumentException("TLS between members is not supported yet: use http:// peer URLs");
        }
        return "tcp";
    }
}
