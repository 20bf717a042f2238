package io.actd.peer;

/** Where a member hears of the others. Called on any thread, in order per peer and channel; must not block. */
public interface PeerListener {
    /** A message whose cluster, receiver and checksum were found right. */
    void received(PeerMessage message);

    /**
     * Something sent to this peer was lost for sure, or the peer is known to be out of reach. Told at most a few times
     * per second and peer; never told is no promise that all arrived.
     */
    void lost(long peer);
}
