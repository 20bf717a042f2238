package io.actd.peer;

import com.google.protobuf.ByteString;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/** Takes the fields of a packet, to count or to write them: the layout is said once. */
sealed interface Sink {
    void u8(int value);

    void i32(int value);

    void i64(long value);

    void raw(byte[] bytes);

    void raw(ByteString bytes);

    default void flag(boolean value) {
        u8(value ? 1 : 0);
    }

    default void bytes(byte[] bytes) {
        i32(bytes.length);
        raw(bytes);
    }

    default void bytes(ByteString bytes) {
        i32(bytes.size());
        raw(bytes);
    }

    default void text(String text) {
        bytes(text.getBytes(StandardCharsets.UTF_8));
    }

    /** How long what it is given would be. */
    final class Counting implements Sink {
        private long count;

        /** More than the largest int counts as that. */
        int count() {
            return (int) Math.min(count, Integer.MAX_VALUE);
        }

        @Override
        public void u8(int value) {
            count++;
        }

        @Override
        public void i32(int value) {
            count += 4;
        }

        @Override
        public void i64(long value) {
            count += 8;
        }

        @Override
        public void raw(byte[] bytes) {
            count += bytes.length;
        }

        @Override
        public void raw(ByteString bytes) {
            count += bytes.size();
        }
    }

    /** Writes, most significant byte first. */
    record Writing(ByteBuffer out) implements Sink {
        @Override
        public void u8(int value) {
            out.put((byte) value);
        }

        @Override
        public void i32(int value) {
            out.putInt(value);
        }

        @Override
        public void i64(long value) {
            out.putLong(value);
        }

        @Override
        public void raw(byte[] bytes) {
            out.put(bytes);
        }

        @Override
        public void raw(ByteString bytes) {
            bytes.copyTo(out);
        }
    }
}
