package io.actd.simulation.cluster;

import io.actd.peer.PeerMessage;
import io.actd.raft.Message;

/** Messages between members as short texts, the same in every run. */
final class MessageText {
    private MessageText() {}

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
