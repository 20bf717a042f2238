package io.actd.peer;

import io.actd.raft.Message;
import org.jspecify.annotations.Nullable;

/** The byte that says what a packet holds. A number is never used again for something else. */
enum Kind {
    REQUEST_VOTE(1),
    REQUEST_VOTE_REPLY(2),
    APPEND_ENTRIES(3),
    APPEND_ENTRIES_REPLY(4),
    HEARTBEAT(5),
    HEARTBEAT_REPLY(6),
    INSTALL_SNAPSHOT(7),
    TIMEOUT_NOW(8),
    FORWARDED_PROPOSAL(9),
    READ_INDEX_REQUEST(10),
    READ_INDEX_REPLY(11),
    SNAPSHOT_CHUNK(32),
    SNAPSHOT_ACK(33),
    LEADER_QUESTION(34),
    LEADER_ANSWER(35),
    ALIVE(36),
    LEAVING(37),
    PIECE(64);

    private static final @Nullable Kind[] BY_CODE = new @Nullable Kind[65];

    static {
        for (var kind : values()) BY_CODE[kind.code] = kind;
    }

    private final int code;

    Kind(int code) {
        this.code = code;
    }

    int code() {
        return code;
    }

    /** Null if this version knows no such kind. */
    static @Nullable Kind of(int code) {
        return code >= 0 && code < BY_CODE.length ? BY_CODE[code] : null;
    }

    static Kind of(Packet packet) {
        return switch (packet) {
            case Packet.Letter letter -> of(letter.message());
            case Packet.Piece piece -> PIECE;
            case Packet.Unreadable never -> throw new IllegalArgumentException(never.why());
        };
    }

    private static Kind of(PeerMessage message) {
        return switch (message) {
            case PeerMessage.Raft raft -> of(raft.message());
            case PeerMessage.SnapshotChunk chunk -> SNAPSHOT_CHUNK;
            case PeerMessage.SnapshotAck ack -> SNAPSHOT_ACK;
            case PeerMessage.LeaderQuestion question -> LEADER_QUESTION;
            case PeerMessage.LeaderAnswer answer -> LEADER_ANSWER;
            case PeerMessage.Alive alive -> ALIVE;
            case PeerMessage.Leaving leaving -> LEAVING;
        };
    }

    private static Kind of(Message message) {
        return switch (message) {
            case Message.RequestVote m -> REQUEST_VOTE;
            case Message.RequestVoteReply m -> REQUEST_VOTE_REPLY;
            case Message.AppendEntries m -> APPEND_ENTRIES;
            case Message.AppendEntriesReply m -> APPEND_ENTRIES_REPLY;
            case Message.Heartbeat m -> HEARTBEAT;
            case Message.HeartbeatReply m -> HEARTBEAT_REPLY;
            case Message.InstallSnapshot m -> INSTALL_SNAPSHOT;
            case Message.TimeoutNow m -> TIMEOUT_NOW;
            case Message.ForwardedProposal m -> FORWARDED_PROPOSAL;
            case Message.ReadIndexRequest m -> READ_INDEX_REQUEST;
            case Message.ReadIndexReply m -> READ_INDEX_REPLY;
        };
    }
}
