package io.actd.simulation.cluster;

import io.actd.peer.PeerMessage;
import io.actd.raft.EntryId;
import io.actd.raft.Message;

/** Messages between members as numbers and as short texts, the same in every run. */
final class MessageText {
    private MessageText() {}

    /** A number that stands for the message in the hash of a trace; cheaper than its text. */
    static long digest(PeerMessage message) {
        long body =
                switch (message) {
                    case PeerMessage.Raft raft -> digest(raft.message());
                    case PeerMessage.SnapshotChunk chunk ->
                        mix(101, chunk.mark().index(), chunk.seq());
                    case PeerMessage.SnapshotAck ack -> mix(102, ack.nextSeq(), ack.complete() ? 1 : 0);
                    case PeerMessage.Alive alive -> 103;
                    case PeerMessage.Leaving leaving -> 106;
                    case PeerMessage.LeaderQuestion question ->
                        mix(104, question.questionId(), question.kind().name().hashCode());
                    case PeerMessage.LeaderAnswer answer -> mix(105, answer.questionId(), 0);
                };
        return mix(message.from(), message.to(), body);
    }

    private static long digest(Message message) {
        return switch (message) {
            case Message.AppendEntries append ->
                mix(
                        mix(1, append.term(), append.leaderCommit()),
                        mix(append.previous()),
                        append.entries().size());
            case Message.AppendEntriesReply reply ->
                mix(mix(2, reply.term(), reply.matchIndex()), mix(reply.hint()), reply.rejected() ? 1 : 0);
            case Message.Heartbeat beat -> mix(mix(3, beat.term(), beat.commitIndex()), beat.readRound(), 0);
            case Message.HeartbeatReply reply -> mix(4, reply.term(), reply.readRound());
            case Message.RequestVote vote -> mix(mix(5, vote.term(), vote.preVote() ? 1 : 0), mix(vote.last()), 0);
            case Message.RequestVoteReply reply ->
                mix(mix(6, reply.term(), reply.preVote() ? 1 : 0), reply.granted() ? 1 : 0, 0);
            case Message.InstallSnapshot install ->
                mix(7, install.term(), install.mark().index());
            case Message.TimeoutNow now -> mix(8, now.term(), 0);
            case Message.ForwardedProposal forwarded ->
                mix(9, forwarded.term(), forwarded.payloads().size());
            case Message.ReadIndexRequest request -> mix(10, request.term(), request.readId());
            case Message.ReadIndexReply reply -> mix(mix(11, reply.term(), reply.readId()), reply.readIndex(), 0);
        };
    }

    private static long mix(EntryId id) {
        return mix(12, id.term(), id.index());
    }

    private static long mix(long a, long b, long c) {
        return ((a * 0x9e3779b97f4a7c15L + b) * 0xc2b2ae3d27d4eb4fL + c) * 0x165667b19e3779f9L;
    }

    static String of(PeerMessage message) {
        var from = "<- " + Long.toHexString(message.from()) + " ";
        return from
                + switch (message) {
                    case PeerMessage.Raft raft -> of(raft.message());
                    case PeerMessage.SnapshotChunk chunk ->
                        "SnapshotChunk " + chunk.mark().index() + " #" + chunk.seq() + (chunk.last() ? " last" : "");
                    case PeerMessage.SnapshotAck ack ->
                        "SnapshotAck #" + ack.nextSeq() + (ack.complete() ? " complete" : "") + ack.failure();
                    case PeerMessage.Alive alive -> "Alive";
                    case PeerMessage.Leaving leaving -> "Leaving";
                    case PeerMessage.LeaderQuestion question -> "LeaderQuestion " + question.kind();
                    case PeerMessage.LeaderAnswer answer -> "LeaderAnswer " + answer.refusal();
                };
    }

    private static String of(Message message) {
        if (!(message instanceof Message.AppendEntries append)) {
            return message instanceof Message.ForwardedProposal forwarded
                    ? "ForwardedProposal term " + forwarded.term() + " of "
                            + forwarded.payloads().size()
                    : message.toString();
        }
        return "AppendEntries term " + append.term() + " after " + append.previous() + " of "
                + append.entries().size() + " commit " + append.leaderCommit();
    }
}
