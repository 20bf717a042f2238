package io.actd.peer;

import java.util.Collection;

/**
 * The door to the network between members, outward half; {@link PeerListener} is the inward half. At most once, in order
 * per peer and channel while a connection lives; the rules of Raft live with every loss. Safe for any thread.
 */
public interface PeerTransport {
    /**
     * Sends without waiting; may drop, which is counted. Chunks of a snapshot go by the large-message channel, the rest
     * by the ordinary one, so that a copy of the store never delays a heartbeat.
     */
    void send(PeerMessage message);

    /**
     * Who takes part now and where; replaces what was known. What is sent to anybody else is dropped. Told at start and
     * after each applied membership change; this member itself may be among them.
     */
    void members(Collection<PeerAddress> members);

    /**
     * Where somebody is, as he says himself, of whom {@link #members} did not speak: he joined later than this member has
     * applied. He may lead by now, and would never hear that this one needs what tells of him. Holds until the members
     * are told again.
     */
    void introduce(PeerAddress stranger);

    /** For a member that is alone: there is nobody to send to. */
    PeerTransport NOBODY = new PeerTransport() {
        @Override
        public void send(PeerMessage message) {}

        @Override
        public void members(Collection<PeerAddress> members) {}

        @Override
        public void introduce(PeerAddress stranger) {}
    };
}
