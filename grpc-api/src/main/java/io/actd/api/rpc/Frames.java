package io.actd.api.rpc;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.CodedOutputStream;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.MessageLite;
import com.google.protobuf.Parser;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.zip.GZIPInputStream;
import org.apache.pekko.util.ByteString;

/**
 * gRPC's framing: one flag byte, four bytes of length, the message.
 *
 * <p>Reading fails with {@link RpcFailure}, whose texts are those Go clients have seen for years.
 */
public final class Frames {
    public static final int PREFIX_BYTES = 5;

    /**
     * A txn may nest as deep as its op limit allows, each level being two messages. One less than what reading the log
     * allows, for there one more message is wrapped around it.
     */
    private static final int RECURSION_LIMIT = 999;

    private Frames() {}

    /** The message of a unary request whose bytes are all here. */
    public static <Q extends MessageLite> Q parseSingle(
            ByteString data, Parser<Q> parser, String encoding, int maxBytes) {
        byte[] bytes = data.toArrayUnsafe();
        if (bytes.length == 0) throw new RpcFailure(GrpcStatus.internal("grpc: received no request message"));
        if (bytes.length < PREFIX_BYTES) throw truncated();
        long length = checkedLength(bytes, 0, maxBytes);
        if (bytes.length < PREFIX_BYTES + length) throw truncated();
        if (bytes.length > PREFIX_BYTES + length) throw tooManyMessages();
        if (isCompressed(bytes[0], encoding)) {
            byte[] plain = gunzip(bytes, PREFIX_BYTES, (int) length, maxBytes);
            return parse(parser, plain, 0, plain.length);
        }
        return parse(parser, bytes, PREFIX_BYTES, (int) length);
    }

    /** Copies every field out of the array: nothing parsed keeps a whole request alive for the sake of one key. */
    public static <Q extends MessageLite> Q parse(Parser<Q> parser, byte[] bytes, int offset, int length) {
        try {
            var in = CodedInputStream.newInstance(bytes, offset, length);
            in.setRecursionLimit(RECURSION_LIMIT);
            var message = parser.parseFrom(in);
            in.checkLastTagWas(0);
            return message;
        } catch (InvalidProtocolBufferException e) {
            throw new RpcFailure(GrpcStatus.internal("grpc: error unmarshalling request: " + e.getMessage()));
        }
    }

    /** The length a prefix announces, checked against the limit before any of it is waited for. */
    static long checkedLength(byte[] bytes, int offset, int maxBytes) {
        long length = (bytes[offset + 1] & 0xffL) << 24
                | (bytes[offset + 2] & 0xffL) << 16
                | (bytes[offset + 3] & 0xffL) << 8
                | (bytes[offset + 4] & 0xffL);
        if (length > maxBytes) {
            throw new RpcFailure(new GrpcStatus(
                    GrpcStatus.RESOURCE_EXHAUSTED,
                    "grpc: received message larger than max (" + length + " vs. " + maxBytes + ")"));
        }
        return length;
    }

    /** Reads the flag byte; the encoding is known to be one of ours. */
    static boolean isCompressed(byte flag, String encoding) {
        if (flag == 0) return false;
        if (flag != 1) {
            throw new RpcFailure(GrpcStatus.internal("grpc: received unexpected payload format " + (flag & 0xff)));
        }
        if (!encoding.equals(CallHeaders.GZIP)) {
            throw new RpcFailure(GrpcStatus.internal("grpc: compressed flag set with identity or empty encoding"));
        }
        return true;
    }

    /** Inflates no further than the limit, so a small message can not become a large one. */
    static byte[] gunzip(byte[] bytes, int offset, int length, int maxBytes) {
        try (var in = new GZIPInputStream(new ByteArrayInputStream(bytes, offset, length))) {
            byte[] plain = in.readNBytes(maxBytes + 1);
            if (plain.length <= maxBytes) return plain;
        } catch (IOException e) {
            throw new RpcFailure(
                    GrpcStatus.internal("grpc: failed to decompress the received message: " + e.getMessage()));
        }
        throw new RpcFailure(new GrpcStatus(
                GrpcStatus.RESOURCE_EXHAUSTED,
                "grpc: received message after decompression larger than max " + maxBytes));
    }

    static RpcFailure truncated() {
        return new RpcFailure(GrpcStatus.internal("unexpected EOF"));
    }

    static RpcFailure tooManyMessages() {
        return new RpcFailure(GrpcStatus.internal("grpc: received more than one request message for a unary call"));
    }

    /** One array of the exact size, written once. */
    public static ByteString encode(MessageLite message) {
        int size = message.getSerializedSize();
        byte[] frame = prefixed(size);
        try {
            var out = CodedOutputStream.newInstance(frame, PREFIX_BYTES, size);
            message.writeTo(out);
            out.checkNoSpaceLeft();
        } catch (IOException e) {
            throw new IllegalStateException("a message did not fill the size it announced", e);
        }
        return ByteString.fromArrayUnsafe(frame);
    }

    /** An array with room for {@code size} bytes after the prefix of an uncompressed frame. */
    static byte[] prefixed(int size) {
        byte[] frame = new byte[PREFIX_BYTES + size];
        frame[1] = (byte) (size >>> 24);
        frame[2] = (byte) (size >>> 16);
        frame[3] = (byte) (size >>> 8);
        frame[4] = (byte) size;
        return frame;
    }
}
