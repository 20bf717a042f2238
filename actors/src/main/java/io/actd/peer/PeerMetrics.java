package io.actd.peer;

/** What the way to other members reports (spec operations.md §8.3). Peers are member ids. Thread-safe and cheap. */
public interface PeerMetrics {
    /** Reports to nobody. */
    PeerMetrics NONE = new PeerMetrics() {};

    default void sent(long peer, long bytes) {}

    default void received(long peer, long bytes) {}

    /** A message that will not arrive: no way to that peer, its queue full, or the message too long. */
    default void sendFailed(long peer) {}

    /**
     * Something that arrived and was thrown away: of another cluster, for another member, damaged, or of a version not
     * known here.
     *
     * @param peer who sent it, 0 if that could not be read
     */
    default void receiveFailed(long peer) {}

    /** This peer was found reachable, or not any more. */
    default void reachable(long peer, boolean yes) {}

    /** It is no peer any more: whether it is reachable concerns nobody. */
    default void peerGone(long peer) {}
}
