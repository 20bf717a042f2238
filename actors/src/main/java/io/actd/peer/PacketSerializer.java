package io.actd.peer;

import java.nio.ByteBuffer;
import org.apache.pekko.serialization.ByteBufferSerializer;
import org.apache.pekko.serialization.SerializerWithStringManifest;

/**
 * Puts packets straight into Artery's pooled buffers and reads them from there. Reading never fails: what cannot be read
 * arrives as {@link Packet.Unreadable}, so that it is counted where all else arrives. Bound in {@code peer.conf}.
 */
final class PacketSerializer extends SerializerWithStringManifest implements ByteBufferSerializer {
    /** "actd" in ASCII. */
    private static final int IDENTIFIER = 0x61637464;

    /** What a packet holds is said inside, where the checksum covers it. */
    private static final String MANIFEST = "p";

    @Override
    public int identifier() {
        return IDENTIFIER;
    }

    @Override
    public String manifest(Object packet) {
        return MANIFEST;
    }

    @Override
    public void toBinary(Object packet, ByteBuffer buffer) {
        Layout.write((Packet) packet, buffer);
    }

    @Override
    public byte[] toBinary(Object packet) {
        var bytes = new byte[Layout.sizeOf((Packet) packet)];
        Layout.write((Packet) packet, ByteBuffer.wrap(bytes));
        return bytes;
    }

    @Override
    public Object fromBinary(ByteBuffer buffer, String manifest) {
        if (!manifest.equals(MANIFEST)) return new Packet.Unreadable("manifest");
        return Reading.read(buffer);
    }

    @Override
    public Object fromBinary(byte[] bytes, String manifest) {
        return fromBinary(ByteBuffer.wrap(bytes), manifest);
    }
}
