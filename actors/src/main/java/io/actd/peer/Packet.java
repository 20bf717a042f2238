package io.actd.peer;

import com.google.protobuf.ByteString;

/**
 * What crosses the wire between two members: at most {@link #MAX_BYTES}, checksummed, laid out as {@link Layout} says.
 * Received by a {@link PeerInbox}.
 */
sealed interface Packet {
    /** A packet is never longer than this; Artery's frames have room for it and for their own header ({@code peer.conf}). */
    int MAX_BYTES = 1152 << 10;

    /** Member it is for; 0 if that could not be read. */
    default long to() {
        return switch (this) {
            case Letter letter -> letter.message().to();
            case Piece piece -> piece.to;
            case Unreadable unreadable -> 0;
        };
    }

    /** How long it is on the wire. */
    int bytes();

    /** A {@link PeerMessage} in an envelope that says which cluster it is of; longer than a packet only to be cut up. */
    record Letter(long clusterId, PeerMessage message, int bytes) implements Packet {
        static Letter of(long clusterId, PeerMessage message) {
            var unmeasured = new Letter(clusterId, message, 0);
            return new Letter(clusterId, message, Layout.sizeOf(unmeasured));
        }
    }

    /**
     * One part of a letter too long for one packet, say an append of one huge entry. The parts of a letter travel in
     * order on one channel; if one is lost, so is the letter.
     *
     * @param letterId of the letter, unique for the sender's process
     * @param index from 0 to {@code count - 1}
     * @param slice of the letter's own bytes, its checksum included
     */
    record Piece(long clusterId, long from, long to, long letterId, int index, int count, ByteString slice)
            implements Packet {
        @Override
        public int bytes() {
            return Layout.sizeOf(this);
        }
    }

    /** Never sent: what is received in place of bytes that make no sense. */
    record Unreadable(String why) implements Packet {
        @Override
        public int bytes() {
            return 0;
        }
    }
}
