package io.actd.node.run;

import io.actd.node.config.NodeConfig;
import io.actd.node.flag.Url;
import java.util.List;
import java.util.concurrent.CompletionException;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.stream.javadsl.Sink;
import org.apache.pekko.stream.javadsl.Tcp;

/**
 * The addresses peers reach this member at. Artery binds one; what arrives at the others is passed on to it byte by byte,
 * in this process.
 */
final class PeerListeners {
    private PeerListeners() {}

    /** The one Artery binds: the one that is advertised, if there is such a one, for it spares a hop. */
    static Url bound(NodeConfig.Places places) {
        var advertised =
                places.advertisedPeers().stream().map(PeerListeners::address).toList();
        return places.peers().stream()
                .filter(url -> advertised.contains(address(url)))
                .findFirst()
                .orElse(places.peers().getFirst());
    }

    /** Opens the others; they close with the actor system. */
    static void openOthers(ActorSystem<?> system, NodeConfig.Places places) throws StartException {
        var bound = bound(places);
        for (var url : others(places, bound)) {
            try {
                relay(system, url, bound);
            } catch (CompletionException e) {
                throw new StartException("listen tcp " + address(url) + ": " + e.getMessage(), e);
            }
        }
    }

    private static List<Url> others(NodeConfig.Places places, Url bound) {
        return places.peers().stream()
                .filter(url -> !address(url).equals(address(bound)))
                .toList();
    }

    private static void relay(ActorSystem<?> system, Url from, Url to) {
        var tcp = Tcp.get(system);
        tcp.bind(from.host(), from.portNumber())
                .to(Sink.foreach(
                        incoming -> incoming.handleWith(tcp.outgoingConnection(to.host(), to.portNumber()), system)))
                .run(system)
                .toCompletableFuture()
                .join();
    }

    private static String address(Url url) {
        return url.host() + ":" + url.port();
    }
}
