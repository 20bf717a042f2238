package io.actd.peer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.ByteString;
import io.actd.raft.Entry;
import io.actd.raft.Membership;
import io.actd.raft.Message;
import io.actd.raft.Payload;
import io.actd.raft.SnapshotMark;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What is too long for a frame, and how it gets through. */
class EnvelopesTest {
    private final Envelopes envelopes = new Envelopes(Samples.CLUSTER);
    private final Assembly assembly = new Assembly();

    @Test
    void appendOfMessageSize_isOnePacket() {
        assertEquals(1, envelopes.packets(Samples.hugeAppend(1 << 20)).size());
    }

    @Test
    void largestSlice_isOnePacket() {
        var mark = new SnapshotMark(1, 1, Membership.of(Set.of(1L, 2L, 3L, 4L, 5L, 6L, 7L), Set.of()));
        var bytes = ByteString.copyFrom(new byte[PeerMessage.MAX_CHUNK_BYTES]);
        assertEquals(
                1,
                envelopes
                        .packets(new PeerMessage.SnapshotChunk(1, 2, 3, mark, 0, true, bytes))
                        .size());
    }

    @Test
    void hugeEntry_travelsInPieces() {
        var append = Samples.hugeAppend(5_000_000);
        var pieces = pieces(append);
        assertEquals(5, pieces.size());
        for (var piece : pieces) assertTrue(piece.bytes() <= Packet.MAX_BYTES);
        for (var piece : pieces.subList(0, 4)) assertNull(assembly.add(piece));
        assertEquals(Packet.Letter.of(Samples.CLUSTER, append), assembly.add(pieces.get(4)));
    }

    @Test
    void missingPiece_costsTheLetterOnly() {
        var first = pieces(Samples.hugeAppend(2_500_000));
        var second = pieces(Samples.hugeAppend(2_600_000));
        assertNull(assembly.add(first.get(0)));
        assertInstanceOf(Packet.Unreadable.class, assembly.add(first.get(2)));
        assertInstanceOf(Packet.Unreadable.class, assembly.add(second.get(1)));
        for (var piece : List.of(first.get(0), second.get(0), second.get(1))) assertNull(assembly.add(piece));
        assertInstanceOf(Packet.Letter.class, assembly.add(second.get(2)));
    }

    @Test
    void longestCommand_fitsInALetter() {
        var append = Samples.appendOf(PeerMessage.MAX_COMMAND_BYTES >> 20, 1 << 20); // in all
        assertTrue(Packet.Letter.of(Samples.CLUSTER, append).bytes() <= Envelopes.MAX_LETTER_BYTES);
    }

    /** Of somebody who allows longer ones. */
    @Test
    void piecesOfMoreThanALetterMayHave_areRefused_andTheNextLetterIsWhole() {
        var slice = ByteString.copyFrom(new byte[Envelopes.PIECE_BYTES]);
        int most = Envelopes.MAX_LETTER_BYTES / Envelopes.PIECE_BYTES;
        for (int i = 0; i < most; i++) {
            assertNull(assembly.add(new Packet.Piece(Samples.CLUSTER, 1, 2, 9, i, most + 2, slice)));
        }
        var tooMuch = new Packet.Piece(Samples.CLUSTER, 1, 2, 9, most, most + 2, slice);
        assertEquals(new Packet.Unreadable("pieces of more than 268435456 bytes"), assembly.add(tooMuch));
        var append = Samples.hugeAppend(1_500_000);
        var pieces = pieces(append);
        assertNull(assembly.add(pieces.get(0)));
        assertEquals(Packet.Letter.of(Samples.CLUSTER, append), assembly.add(pieces.get(1)));
    }

    @Test
    void mixedUpPieces_failTheChecksum() {
        var first = pieces(Samples.hugeAppend(2_500_000));
        var other = new Envelopes(Samples.CLUSTER).packets(Samples.hugeAppend(2_600_000));
        assertNull(assembly.add(first.get(0)));
        assertNull(assembly.add(first.get(1)));
        assertEquals(new Packet.Unreadable("wrong checksum"), assembly.add((Packet.Piece) other.get(2)));
    }

    @Test
    void manyForwardedProposals_becomeSeveralMessages() {
        var payloads = new ArrayList<Payload>();
        for (int i = 0; i < 5; i++) payloads.add(Payload.of(new byte[500_000 + i]));
        payloads.add(Payload.of(new byte[1_500_000]));
        payloads.add(Payload.of(new byte[3]));
        var forwarded = new Message.ForwardedProposal(1, 2, 7, Entry.Type.NORMAL, payloads);
        var received = new ArrayList<Payload>();
        for (var packet : envelopes.packets(new PeerMessage.Raft(forwarded))) {
            assertTrue(packet.bytes() <= Packet.MAX_BYTES);
            var whole = packet instanceof Packet.Piece piece ? assembly.add(piece) : packet;
            if (whole == null) continue;
            var message = assertInstanceOf(Packet.Letter.class, whole).message();
            var part = (Message.ForwardedProposal) ((PeerMessage.Raft) message).message();
            received.addAll(part.payloads());
        }
        assertEquals(payloads, received);
    }

    private List<Packet.Piece> pieces(PeerMessage message) {
        return envelopes.packets(message).stream().map(Packet.Piece.class::cast).toList();
    }
}
