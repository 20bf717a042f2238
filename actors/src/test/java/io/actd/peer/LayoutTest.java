package io.actd.peer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.ByteString;
import java.nio.BufferOverflowException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.HexFormat;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class LayoutTest {
    private static final PacketSerializer SERIALIZER = new PacketSerializer();

    static Stream<Packet> packets() {
        return Stream.concat(
                Samples.all().map(message -> Packet.Letter.of(Samples.CLUSTER, message)),
                Stream.of(new Packet.Piece(Samples.CLUSTER, 1, 2, 9, 0, 2, ByteString.copyFromUtf8("part"))));
    }

    @Test
    void samples_areOfEveryKind() {
        var kinds = EnumSet.noneOf(Kind.class);
        packets().forEach(packet -> kinds.add(Kind.of(packet)));
        assertEquals(EnumSet.allOf(Kind.class), kinds);
    }

    @ParameterizedTest
    @MethodSource("packets")
    void packet_comesBackAsItWas(Packet packet) {
        var bytes = SERIALIZER.toBinary(packet);
        assertEquals(packet.bytes(), bytes.length);
        assertEquals(packet, read(bytes));
    }

    /** As Artery does it: in the middle of a little-endian buffer off the heap. */
    @ParameterizedTest
    @MethodSource("packets")
    void packet_fitsAnyBuffer(Packet packet) {
        var buffer = ByteBuffer.allocateDirect(packet.bytes() + 17)
                .order(ByteOrder.LITTLE_ENDIAN)
                .position(10);
        SERIALIZER.toBinary(packet, buffer);
        assertEquals(10 + packet.bytes(), buffer.position());
        buffer.flip().position(10);
        assertEquals(packet, SERIALIZER.fromBinary(buffer, "p"));
        var small = ByteBuffer.allocate(packet.bytes() - 1);
        Assertions.assertThrows(BufferOverflowException.class, () -> SERIALIZER.toBinary(packet, small));
    }

    @ParameterizedTest
    @MethodSource("packets")
    void changedOrMissingByte_isNoticed(Packet packet) {
        var bytes = SERIALIZER.toBinary(packet);
        for (int i = 0; i < bytes.length; i++) {
            var damaged = bytes.clone();
            damaged[i] ^= (byte) (1 << i % 8);
            assertInstanceOf(Packet.Unreadable.class, read(damaged), "byte " + i);
            assertInstanceOf(Packet.Unreadable.class, read(Arrays.copyOf(bytes, i)), "cut at " + i);
        }
    }

    /** A checksum can be right by malice: nothing read may throw, or take memory beyond what arrived. */
    @ParameterizedTest
    @MethodSource("packets")
    void nonsenseWithRightChecksum_neverThrows(Packet packet) {
        var random = new SplittableRandom(7);
        for (int i = 0; i < 300; i++) {
            var bytes = SERIALIZER.toBinary(packet);
            for (int j = 0; j < 3; j++) {
                int at = 1 + random.nextInt(bytes.length - 1);
                bytes[at] = (byte) (random.nextBoolean() ? 0xff : random.nextInt());
            }
            read(sealed(Arrays.copyOf(bytes, random.nextInt(Layout.HEADER_BYTES, bytes.length + 1))));
        }
    }

    @Test
    void versionOrKindNotKnown_isNotRead() {
        var bytes = SERIALIZER.toBinary(Packet.Letter.of(1, new PeerMessage.Alive(1, 2, null, List.of())));
        bytes[0] = 2;
        assertEquals(new Packet.Unreadable("version 2"), read(sealed(bytes)));
        bytes[0] = 1;
        bytes[1] = 63;
        assertEquals(new Packet.Unreadable("kind 63"), read(sealed(bytes)));
        assertInstanceOf(Packet.Unreadable.class, SERIALIZER.fromBinary(bytes, "q"));
    }

    @Test
    void aliveOfTheFirstVersion_saysNothingElse() {
        var bytes = SERIALIZER.toBinary(Packet.Letter.of(1, new PeerMessage.Alive(1, 2, null, List.of())));
        var letter = assertInstanceOf(Packet.Letter.class, read(sealed(Arrays.copyOf(bytes, Layout.HEADER_BYTES))));
        assertEquals(new PeerMessage.Alive(1, 2, null, List.of()), letter.message());
    }

    /** How a later version adds fields without cutting off this one. */
    @ParameterizedTest
    @MethodSource("packets")
    void fieldsAppendedLater_areNotLookedAt(Packet packet) {
        var bytes = SERIALIZER.toBinary(packet);
        var longer = read(sealed(Arrays.copyOf(bytes, bytes.length + 9)));
        if (packet instanceof Packet.Letter letter) {
            assertEquals(
                    letter.message(),
                    assertInstanceOf(Packet.Letter.class, longer).message());
        } else {
            assertEquals(packet, longer);
        }
    }

    /** The layout is a contract between versions: these bytes never change. */
    @Test
    void layout_isAsWrittenDown() {
        assertEquals(
                "01050000" + "8b492c46" // version, kind, checksum
                        + "00000000000000c1" + "0000000000000001" + "0000000000000002" // cluster, from, to
                        + "0000000000000007" + "0000000000000050" + "0000000000000000", // term, commit, round
                hex(Samples.heartbeat(1, 2, 80)));
        assertEquals(
                "01030000" + "8745ba0b"
                        + "00000000000000c1" + "0000000000000001" + "0000000000000002"
                        + "0000000000000007" + "0000000000000006" + "0000000000000050" // term, previous
                        + "000000000000004f" + "00000002" // commit, number of entries
                        + "0000000000000007" + "00" + "00000005" + "7075742061" // term, type, payload
                        + "0000000000000007" + "01" + "00000003" + "616464",
                hex(new PeerMessage.Raft(Samples.append(80, "put a", "add"))));
    }

    private static String hex(PeerMessage message) {
        return HexFormat.of().formatHex(SERIALIZER.toBinary(Packet.Letter.of(Samples.CLUSTER, message)));
    }

    private static byte[] sealed(byte[] bytes) {
        var buffer = ByteBuffer.wrap(bytes);
        buffer.putInt(Layout.CHECKSUM_AT, Layout.checksum(buffer));
        return bytes;
    }

    private static Packet read(byte[] bytes) {
        var packet = (Packet) SERIALIZER.fromBinary(bytes, "p");
        assertTrue(packet.bytes() <= Math.max(bytes.length, Layout.HEADER_BYTES));
        return packet;
    }
}
