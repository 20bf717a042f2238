package io.actd.peer;

import io.actd.raft.Message;

/**
 * The door to the network between members. At most once, in order per peer while a connection lives; the rules of Raft
 * live with every loss.
 */
@FunctionalInterface
public interface PeerTransport {
    /** Sends without waiting; may drop. */
    void send(Message message);

    /** For a member that is alone: there is nobody to send to. */
    PeerTransport NOBODY = message -> {};
}
