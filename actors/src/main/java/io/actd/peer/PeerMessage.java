package io.actd.peer;

import com.google.protobuf.ByteString;
import io.actd.protocol.Refusal;
import io.actd.protocol.ServerVersion;
import io.actd.raft.Message;
import io.actd.raft.SnapshotMark;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What members tell each other. Immutable; {@code from} and {@code to} are member ids. */
public sealed interface PeerMessage {
    /** Sender. */
    long from();

    /** Receiver. */
    long to();

    /** A message of the rules. */
    record Raft(Message message) implements PeerMessage {
        @Override
        public long from() {
            return message.from();
        }

        @Override
        public long to() {
            return message.to();
        }
    }

    /**
     * One slice of a copy of the store, on the large-message channel.
     *
     * @param transferId of this copy, chosen by the sender
     * @param mark applied index, term and membership the copy stands for
     * @param seq place of the slice, from 0
     * @param last no slice follows
     * @param bytes at most {@link #MAX_CHUNK_BYTES}
     */
    record SnapshotChunk(
            long from, long to, long transferId, SnapshotMark mark, long seq, boolean last, ByteString bytes)
            implements PeerMessage {
        public SnapshotChunk {
            if (bytes.size() > MAX_CHUNK_BYTES) throw new IllegalArgumentException("chunk of " + bytes.size());
        }
    }

    /**
     * A command must not be longer than this: no message could take it to a peer, and the leader that has it in its log
     * would try for ever.
     */
    int MAX_COMMAND_BYTES = 255 << 20;

    /** A slice is never longer than this. */
    int MAX_CHUNK_BYTES = 1 << 20;

    /**
     * How far the receiver of a copy is.
     *
     * @param nextSeq the slice it wants next
     * @param complete the copy arrived whole, was verified and is durable
     * @param failure why the transfer is over, empty while it is not
     */
    record SnapshotAck(long from, long to, long transferId, long nextSeq, boolean complete, String failure)
            implements PeerMessage {}

    /**
     * Says that the sender is there, to members it has nothing else to tell, and what it is.
     *
     * @param version of the server; null if the sender does not tell
     * @param peerUrls where the sender is reached; empty if it does not tell
     */
    record Alive(long from, long to, @Nullable ServerVersion version, List<String> peerUrls) implements PeerMessage {
        public Alive {
            peerUrls = List.copyOf(peerUrls);
        }
    }

    /** The sender stops, in good order; the last it says. */
    record Leaving(long from, long to) implements PeerMessage {}

    /**
     * What only the leader can answer and no log entry says.
     *
     * @param questionId unique among the sender's, also across restarts
     * @param request encoded, see {@link LeaderQuestionKind}
     */
    record LeaderQuestion(long from, long to, long questionId, LeaderQuestionKind kind, ByteString request)
            implements PeerMessage {}

    /** What a {@link LeaderQuestion} asks for. */
    enum LeaderQuestionKind {
        /** A {@code LeaseKeepAliveRequest}, answered with a {@code LeaseKeepAliveResponse}. */
        KEEP_ALIVE,
        /** A {@code LeaseTimeToLiveRequest}, answered with a {@code LeaseTimeToLiveResponse}. */
        TIME_TO_LIVE,
        /** A {@code MemberPromoteRequest}, answered with a {@code MemberListResponse}. */
        PROMOTE
    }

    /**
     * The leader's answer to a {@link LeaderQuestion}.
     *
     * @param response encoded, empty if refused
     * @param refusal null if answered
     */
    record LeaderAnswer(
            long from,
            long to,
            long questionId,
            ByteString response,
            @Nullable Refusal refusal) implements PeerMessage {}
}
