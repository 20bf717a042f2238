package io.actd.apply;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import com.google.protobuf.Parser;
import io.actd.backend.Bucket;
import io.actd.backend.BufferedBackend;
import java.nio.charset.StandardCharsets;
import java.util.function.BiConsumer;

/** Keys and values of the small buckets (spec §5 of formats.md). */
final class Rows {
    private static final byte[] FIRST = {};

    private Rows() {}

    static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    static String text(byte[] bytes) {
        return new String(bytes, StandardCharsets.UTF_8);
    }

    /** Eight bytes, big endian. */
    static byte[] uint64(long number) {
        var bytes = new byte[Long.BYTES];
        for (int i = 0; i < Long.BYTES; i++) bytes[i] = (byte) (number >>> (56 - 8 * i));
        return bytes;
    }

    static long uint64(byte[] bytes) {
        if (bytes.length != Long.BYTES) throw new IllegalStateException("not a 64-bit row: " + bytes.length + " bytes");
        long number = 0;
        for (byte b : bytes) number = number << 8 | (b & 0xff);
        return number;
    }

    /** Hex without padding, as member ids stand in row keys (spec FM-72). */
    static byte[] hex(long id) {
        return ascii(Long.toHexString(id));
    }

    static void each(BufferedBackend backend, Bucket bucket, BiConsumer<byte[], byte[]> row) {
        try (var rows = backend.scan(bucket, FIRST, null)) {
            while (rows.next()) row.accept(rows.key(), rows.value());
        }
    }

    static <M extends Message> M parse(Parser<M> parser, byte[] bytes, Bucket bucket) {
        try {
            return parser.parseFrom(bytes);
        } catch (InvalidProtocolBufferException e) {
            throw new IllegalStateException("unreadable row in bucket " + text(bucket.bucketName()), e);
        }
    }
}
