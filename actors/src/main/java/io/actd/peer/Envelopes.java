package io.actd.peer;

import com.google.protobuf.UnsafeByteOperations;
import io.actd.raft.Message;
import io.actd.raft.Payload;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Makes packets of messages: one each, but for those too long for a frame. Forwarded proposals become several messages,
 * since the leader takes or drops each for itself; what has one huge entry is cut into {@link Packet.Piece}s, put
 * together again by {@link Assembly}. Frames thus need not be as long as the longest request some member allows.
 */
final class Envelopes {
    /** Of a piece's slice, and of the payloads forwarded in one message, but at least one payload. */
    static final int PIECE_BYTES = 1 << 20;

    /** A letter longer than this is not sent; there is room for the longest command. */
    static final int MAX_LETTER_BYTES = PeerMessage.MAX_COMMAND_BYTES + (1 << 20);

    private final long clusterId;
    private final AtomicLong letterIds = new AtomicLong();

    Envelopes(long clusterId) {
        this.clusterId = clusterId;
    }

    /** In the order to be sent in; nothing if it is too long even for pieces. */
    List<? extends Packet> packets(PeerMessage message) {
        var letter = Packet.Letter.of(clusterId, message);
        if (letter.bytes() <= Packet.MAX_BYTES) return List.of(letter);
        if (message instanceof PeerMessage.Raft(Message.ForwardedProposal forwarded)
                && forwarded.payloads().size() > 1) {
            return divided(forwarded);
        }
        return letter.bytes() <= MAX_LETTER_BYTES ? pieces(letter) : List.of();
    }

    private List<Packet> divided(Message.ForwardedProposal whole) {
        var packets = new ArrayList<Packet>();
        var payloads = new ArrayList<Payload>();
        long bytes = 0;
        for (var payload : whole.payloads()) {
            long size = payload.bytes().length + (long) Integer.BYTES;
            if (!payloads.isEmpty() && bytes + size > PIECE_BYTES) {
                packets.addAll(packets(part(whole, payloads)));
                payloads.clear();
                bytes = 0;
            }
            payloads.add(payload);
            bytes += size;
        }
        packets.addAll(packets(part(whole, payloads)));
        return packets;
    }

    private static PeerMessage part(Message.ForwardedProposal whole, List<Payload> payloads) {
        return new PeerMessage.Raft(new Message.ForwardedProposal(
                whole.from(), whole.to(), whole.term(), whole.type(), List.copyOf(payloads)));
    }

    private List<Packet> pieces(Packet.Letter letter) {
        var bytes = new byte[letter.bytes()];
        Layout.write(letter, ByteBuffer.wrap(bytes));
        long from = letter.message().from();
        long to = letter.message().to();
        long letterId = letterIds.incrementAndGet();
        int count = (bytes.length - 1) / PIECE_BYTES + 1;
        var pieces = new ArrayList<Packet>(count);
        for (int i = 0; i < count; i++) {
            int at = i * PIECE_BYTES;
            var slice = UnsafeByteOperations.unsafeWrap(bytes, at, Math.min(PIECE_BYTES, bytes.length - at));
            pieces.add(new Packet.Piece(clusterId, from, to, letterId, i, count, slice));
        }
        return pieces;
    }
}
