package io.actd.peer;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.Collection;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.pekko.actor.Address;

/**
 * A peer URL, {@code http://HOST:PORT} or {@code https://HOST:PORT}.
 *
 * @param host as written, an IPv6 address in brackets
 */
record PeerUrl(boolean tls, String host, int port) {
    /** @throws IllegalArgumentException if it is anything else */
    static PeerUrl parse(String text) {
        URI uri;
        try {
            uri = new URI(text);
        } catch (URISyntaxException e) {
            throw new IllegalArgumentException("not a peer URL: " + text, e);
        }
        var scheme = uri.getScheme() == null ? "" : uri.getScheme().toLowerCase(Locale.ROOT);
        boolean tls = scheme.equals("https");
        if ((!tls && !scheme.equals("http")) || uri.getHost() == null || uri.getPort() < 0) {
            throw new IllegalArgumentException("a peer URL is http://HOST:PORT or https://HOST:PORT, not " + text);
        }
        return new PeerUrl(tls, uri.getHost(), uri.getPort());
    }

    /**
     * The one of a member's advertised URLs that its actor system goes by: the first in the order of characters, so that
     * members agree on it whatever order they know the URLs in. What is no peer URL is passed over, since anything may
     * stand in a membership; empty if nothing is left.
     */
    static Optional<PeerUrl> canonical(Collection<String> advertised) {
        return advertised.stream().sorted().flatMap(PeerUrl::parsed).findFirst();
    }

    private static Stream<PeerUrl> parsed(String text) {
        try {
            return Stream.of(parse(text));
        } catch (IllegalArgumentException e) {
            return Stream.empty();
        }
    }

    Address address(String system) {
        return new Address("pekko", system, host, port);
    }
}
