package io.actd.peer;

import org.apache.pekko.actor.typed.javadsl.ActorContext;

/** How a member gets its {@link PeerTransport}: over Artery, within one JVM for tests, or simulated. */
@FunctionalInterface
public interface PeerNetwork {
    /**
     * Opens this member's way to the others.
     *
     * @param guardian the guardian of the member's actor system, calling from its own thread; actors that receive become
     *     its children, and end with it
     * @param self who listens
     * @param listener told everything that arrives from now on
     */
    PeerTransport open(ActorContext<?> guardian, PeerIdentity self, PeerListener listener);

    /** For a member that is alone. */
    PeerNetwork NONE = (guardian, self, listener) -> PeerTransport.NOBODY;
}
