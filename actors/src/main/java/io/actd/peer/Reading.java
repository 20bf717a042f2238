package io.actd.peer;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnsafeByteOperations;
import io.actd.peer.PeerMessage.LeaderQuestionKind;
import io.actd.protocol.Refusal;
import io.actd.protocol.ServerVersion;
import io.actd.raft.Entry;
import io.actd.raft.EntryId;
import io.actd.raft.Membership;
import io.actd.raft.Message;
import io.actd.raft.Payload;
import io.actd.raft.SnapshotMark;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Reads one packet laid out as {@link Layout} says. Never throws, whatever the bytes are, and allocates no more than a
 * small multiple of their length; payloads are copied out once, since the buffer belongs to the transport.
 */
final class Reading {
    private final ByteBuffer in;

    private Reading(ByteBuffer in) {
        this.in = in;
    }

    /** Everything from the buffer's position to its limit; {@link Packet.Unreadable} if it is not a packet of ours. */
    static Packet read(ByteBuffer buffer) {
        var in = buffer.slice();
        if (in.limit() < Layout.HEADER_BYTES) return new Packet.Unreadable("cut short");
        int version = in.get(0);
        if (version != Layout.VERSION) return new Packet.Unreadable("version " + version);
        if (in.getInt(Layout.CHECKSUM_AT) != Layout.checksum(in)) return new Packet.Unreadable("wrong checksum");
        var kind = Kind.of(in.get(1));
        if (kind == null) return new Packet.Unreadable("kind " + in.get(1));
        try {
            return new Reading(in.position(Layout.CHECKSUM_AT + Integer.BYTES)).packet(kind);
        } catch (BufferUnderflowException | IllegalArgumentException e) {
            return new Packet.Unreadable(kind + " makes no sense");
        }
    }

    private Packet packet(Kind kind) {
        int bytes = in.limit();
        long cluster = in.getLong();
        long from = in.getLong();
        long to = in.getLong();
        if (kind == Kind.PIECE) {
            return new Packet.Piece(cluster, from, to, in.getLong(), in.getInt(), in.getInt(), byteString());
        }
        return new Packet.Letter(cluster, message(kind, from, to), bytes);
    }

    private PeerMessage message(Kind kind, long from, long to) {
        return switch (kind) {
            case SNAPSHOT_CHUNK ->
                new PeerMessage.SnapshotChunk(from, to, in.getLong(), mark(), in.getLong(), flag(), byteString());
            case SNAPSHOT_ACK -> new PeerMessage.SnapshotAck(from, to, in.getLong(), in.getLong(), flag(), text());
            case LEADER_QUESTION ->
                new PeerMessage.LeaderQuestion(from, to, in.getLong(), questionKind(), byteString());
            case LEADER_ANSWER -> new PeerMessage.LeaderAnswer(from, to, in.getLong(), byteString(), refusal());
            case LEAVING -> new PeerMessage.Leaving(from, to);
            case ALIVE -> new PeerMessage.Alive(from, to, version(), peerUrls());
            case REQUEST_VOTE,
                    REQUEST_VOTE_REPLY,
                    APPEND_ENTRIES,
                    APPEND_ENTRIES_REPLY,
                    HEARTBEAT,
                    HEARTBEAT_REPLY,
                    INSTALL_SNAPSHOT,
                    TIMEOUT_NOW,
                    FORWARDED_PROPOSAL,
                    READ_INDEX_REQUEST,
                    READ_INDEX_REPLY -> new PeerMessage.Raft(rules(kind, from, to, in.getLong()));
            case PIECE -> throw new IllegalArgumentException("a piece is no message");
        };
    }

    private Message rules(Kind kind, long from, long to, long term) {
        return switch (kind) {
            case REQUEST_VOTE -> new Message.RequestVote(from, to, term, id(), flag(), flag());
            case REQUEST_VOTE_REPLY -> new Message.RequestVoteReply(from, to, term, flag(), flag());
            case APPEND_ENTRIES -> append(from, to, term);
            case APPEND_ENTRIES_REPLY -> new Message.AppendEntriesReply(from, to, term, in.getLong(), flag(), id());
            case HEARTBEAT -> new Message.Heartbeat(from, to, term, in.getLong(), in.getLong());
            case HEARTBEAT_REPLY -> new Message.HeartbeatReply(from, to, term, in.getLong());
            case INSTALL_SNAPSHOT -> new Message.InstallSnapshot(from, to, term, mark());
            case TIMEOUT_NOW -> new Message.TimeoutNow(from, to, term);
            case FORWARDED_PROPOSAL -> new Message.ForwardedProposal(from, to, term, entryType(), payloads());
            case READ_INDEX_REQUEST -> new Message.ReadIndexRequest(from, to, term, in.getLong());
            case READ_INDEX_REPLY -> new Message.ReadIndexReply(from, to, term, in.getLong(), in.getLong());
            case SNAPSHOT_CHUNK, SNAPSHOT_ACK, LEADER_QUESTION, LEADER_ANSWER, ALIVE, LEAVING, PIECE ->
                throw new IllegalArgumentException(kind + " is no message of the rules");
        };
    }

    private Message append(long from, long to, long term) {
        var previous = id();
        long leaderCommit = in.getLong();
        int count = count(Long.BYTES + 1 + Integer.BYTES);
        var entries = new ArrayList<Entry>(count);
        for (int i = 1; i <= count; i++) {
            long entryTerm = in.getLong();
            long index = previous.index() + i;
            require(entryTerm > 0 && index > 0);
            entries.add(new Entry(entryTerm, index, entryType(), payload()));
        }
        return new Message.AppendEntries(from, to, term, previous, List.copyOf(entries), leaderCommit);
    }

    private List<Payload> payloads() {
        int count = count(Integer.BYTES);
        require(count > 0);
        var payloads = new ArrayList<Payload>(count);
        for (int i = 0; i < count; i++) payloads.add(payload());
        return List.copyOf(payloads);
    }

    private Payload payload() {
        var bytes = bytes();
        return bytes.length == 0 ? Payload.EMPTY : Payload.of(bytes);
    }

    private Entry.Type entryType() {
        int code = in.get();
        require(code == 0 || code == 1);
        return code == 0 ? Entry.Type.NORMAL : Entry.Type.CONF_CHANGE;
    }

    private LeaderQuestionKind questionKind() {
        return switch (in.get()) {
            case 1 -> LeaderQuestionKind.KEEP_ALIVE;
            case 2 -> LeaderQuestionKind.TIME_TO_LIVE;
            case 3 -> LeaderQuestionKind.PROMOTE;
            default -> throw new IllegalArgumentException("unknown question");
        };
    }

    private @Nullable Refusal refusal() {
        var name = text();
        return name.isEmpty() ? null : Refusal.valueOf(name);
    }

    /** The first members to say that they are alive said nothing else. */
    private @Nullable ServerVersion version() {
        var text = in.hasRemaining() ? text() : "";
        return text.isEmpty() ? null : ServerVersion.parse(text);
    }

    /** Nor did the next ones say where they are. */
    private List<String> peerUrls() {
        int count = in.hasRemaining() ? count(Integer.BYTES) : 0;
        var urls = new ArrayList<String>(count);
        for (int i = 0; i < count; i++) urls.add(text());
        return urls;
    }

    private EntryId id() {
        long term = in.getLong();
        return new EntryId(term, in.getLong());
    }

    private SnapshotMark mark() {
        long index = in.getLong();
        long term = in.getLong();
        var voters = members();
        return new SnapshotMark(index, term, Membership.of(voters, members()));
    }

    private Set<Long> members() {
        int count = count(Long.BYTES);
        var ids = new TreeSet<Long>(Long::compareUnsigned);
        for (int i = 0; i < count; i++) ids.add(in.getLong());
        return ids;
    }

    /** A number of things that take at least so many bytes each: more than there is room for is never believed. */
    private int count(int minBytesEach) {
        int count = in.getInt();
        require(count >= 0 && count <= in.remaining() / minBytesEach);
        return count;
    }

    private boolean flag() {
        return in.get() != 0;
    }

    private byte[] bytes() {
        var bytes = new byte[count(1)];
        in.get(bytes);
        return bytes;
    }

    private ByteString byteString() {
        return UnsafeByteOperations.unsafeWrap(bytes());
    }

    private String text() {
        return new String(bytes(), StandardCharsets.UTF_8);
    }

    private static void require(boolean condition) {
        if (!condition) throw new IllegalArgumentException("out of range");
    }
}
