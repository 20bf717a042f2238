package io.actd.peer;

import io.actd.invariant.Invariant;
import io.actd.peer.PeerMessage.LeaderQuestionKind;
import io.actd.raft.Entry;
import io.actd.raft.EntryId;
import io.actd.raft.Message;
import io.actd.raft.SnapshotMark;
import java.nio.ByteBuffer;
import java.util.Collection;
import java.util.zip.CRC32C;

/**
 * How a packet lies in bytes; {@link Reading} is the way back. Numbers have fixed width, most significant byte first.
 *
 * <pre>
 *  0  version   1 byte    1; another one is not read
 *  1  kind      1 byte    {@link Kind}
 *  2            2 bytes   zero
 *  4  checksum  4 bytes   CRC-32C of everything but itself
 *  8  cluster   8 bytes
 * 16  from      8 bytes
 * 24  to        8 bytes
 * 32  body               by kind: the fields in the order of the record, term first for the messages of the rules
 * </pre>
 *
 * <p>Bytes and texts (UTF-8) have their length before them in 4 bytes, lists their count. The entries of an append follow
 * {@code previous} without gap, so they carry no index: term (8), type (1), payload. Payloads are the very bytes of the
 * log.
 *
 * <p>A later version may append fields to a body without a new version number: what follows the known fields is covered
 * by the checksum and not looked at.
 */
final class Layout {
    static final int VERSION = 1;
    static final int HEADER_BYTES = 32;
    static final int CHECKSUM_AT = 4;

    private Layout() {}

    /** Exact; {@link Integer#MAX_VALUE} also stands for more. */
    static int sizeOf(Packet packet) {
        var counting = new Sink.Counting();
        body(packet, counting);
        return (int) Math.min((long) counting.count() + HEADER_BYTES, Integer.MAX_VALUE);
    }

    /**
     * Writes from the buffer's position on.
     *
     * @throws java.nio.BufferOverflowException if there is not enough room
     */
    static void write(Packet packet, ByteBuffer buffer) {
        var out = buffer.slice();
        var sink = new Sink.Writing(out);
        header(packet, sink);
        body(packet, sink);
        out.flip();
        out.putInt(CHECKSUM_AT, checksum(out));
        buffer.position(buffer.position() + out.limit());
    }

    /** CRC-32C of the whole buffer but for the place of the checksum. */
    static int checksum(ByteBuffer packet) {
        var crc = new CRC32C();
        crc.update(packet.slice(0, CHECKSUM_AT));
        int after = CHECKSUM_AT + Integer.BYTES;
        crc.update(packet.slice(after, packet.limit() - after));
        return (int) crc.getValue();
    }

    private static void header(Packet packet, Sink out) {
        out.u8(VERSION);
        out.u8(Kind.of(packet).code());
        out.u8(0);
        out.u8(0);
        out.i32(0);
        switch (packet) {
            case Packet.Letter(long clusterId, PeerMessage message, int bytes) ->
                ids(clusterId, message.from(), message.to(), out);
            case Packet.Piece piece -> ids(piece.clusterId(), piece.from(), piece.to(), out);
            case Packet.Unreadable never -> throw new IllegalArgumentException(never.why());
        }
    }

    private static void ids(long clusterId, long from, long to, Sink out) {
        out.i64(clusterId);
        out.i64(from);
        out.i64(to);
    }

    private static void body(Packet packet, Sink out) {
        switch (packet) {
            case Packet.Letter letter -> message(letter.message(), out);
            case Packet.Piece piece -> {
                out.i64(piece.letterId());
                out.i32(piece.index());
                out.i32(piece.count());
                out.bytes(piece.slice());
            }
            case Packet.Unreadable never -> throw new IllegalArgumentException(never.why());
        }
    }

    private static void message(PeerMessage message, Sink out) {
        switch (message) {
            case PeerMessage.Raft raft -> rules(raft.message(), out);
            case PeerMessage.SnapshotChunk chunk -> {
                out.i64(chunk.transferId());
                mark(chunk.mark(), out);
                out.i64(chunk.seq());
                out.flag(chunk.last());
                out.bytes(chunk.bytes());
            }
            case PeerMessage.Leaving leaving -> {}
            case PeerMessage.SnapshotAck ack -> {
                out.i64(ack.transferId());
                out.i64(ack.nextSeq());
                out.flag(ack.complete());
                out.text(ack.failure());
            }
            case PeerMessage.LeaderQuestion question -> {
                out.i64(question.questionId());
                out.u8(code(question.kind()));
                out.bytes(question.request());
            }
            case PeerMessage.LeaderAnswer answer -> {
                out.i64(answer.questionId());
                out.bytes(answer.response());
                var refusal = answer.refusal();
                out.text(refusal == null ? "" : refusal.name());
            }
            case PeerMessage.Alive alive -> {
                var version = alive.version();
                out.text(version == null ? "" : version.toString());
                out.i32(alive.peerUrls().size());
                alive.peerUrls().forEach(out::text);
            }
        }
    }

    private static int code(LeaderQuestionKind kind) {
        return switch (kind) {
            case KEEP_ALIVE -> 1;
            case TIME_TO_LIVE -> 2;
            case PROMOTE -> 3;
        };
    }

    private static int code(Entry.Type type) {
        return switch (type) {
            case NORMAL -> 0;
            case CONF_CHANGE -> 1;
        };
    }

    private static void rules(Message message, Sink out) {
        out.i64(message.term());
        switch (message) {
            case Message.RequestVote vote -> {
                id(vote.last(), out);
                out.flag(vote.preVote());
                out.flag(vote.leadershipTransfer());
            }
            case Message.RequestVoteReply reply -> {
                out.flag(reply.preVote());
                out.flag(reply.granted());
            }
            case Message.AppendEntries append -> entries(append, out);
            case Message.AppendEntriesReply reply -> {
                out.i64(reply.matchIndex());
                out.flag(reply.rejected());
                id(reply.hint(), out);
            }
            case Message.Heartbeat beat -> {
                out.i64(beat.commitIndex());
                out.i64(beat.readRound());
            }
            case Message.HeartbeatReply reply -> out.i64(reply.readRound());
            case Message.InstallSnapshot install -> mark(install.mark(), out);
            case Message.TimeoutNow now -> {}
            case Message.ForwardedProposal forwarded -> {
                out.u8(code(forwarded.type()));
                out.i32(forwarded.payloads().size());
                for (var payload : forwarded.payloads()) out.bytes(payload.bytes());
            }
            case Message.ReadIndexRequest request -> out.i64(request.readId());
            case Message.ReadIndexReply reply -> {
                out.i64(reply.readId());
                out.i64(reply.readIndex());
            }
        }
    }

    private static void entries(Message.AppendEntries append, Sink out) {
        id(append.previous(), out);
        out.i64(append.leaderCommit());
        out.i32(append.entries().size());
        long index = append.previous().index();
        for (var entry : append.entries()) {
            Invariant.check(entry.index() == ++index, "append-follows-previous", entry.index(), index);
            out.i64(entry.term());
            out.u8(code(entry.type()));
            out.bytes(entry.payload().bytes());
        }
    }

    private static void id(EntryId id, Sink out) {
        out.i64(id.term());
        out.i64(id.index());
    }

    private static void mark(SnapshotMark mark, Sink out) {
        out.i64(mark.index());
        out.i64(mark.term());
        members(mark.membership().voters(), out);
        members(mark.membership().learners(), out);
    }

    private static void members(Collection<Long> ids, Sink out) {
        out.i32(ids.size());
        for (long id : ids) out.i64(id);
    }
}
