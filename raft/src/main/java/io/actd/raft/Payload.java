package io.actd.raft;

import java.util.Arrays;

/** An opaque command. The rules never look inside; the log writes {@link #bytes()}. */
public interface Payload {
    /** The encoded command. Never modified after the payload was made; empty for a new leader's no-op. */
    byte[] bytes();

    /** A payload that is nothing but its bytes. */
    static Payload of(byte[] bytes) {
        return new Raw(bytes);
    }

    /** The payload of the entry a new leader appends (§8). */
    Payload EMPTY = new Raw(new byte[0]);

    /** Bytes without a decoded form; equal if the bytes are. */
    final class Raw implements Payload {
        private final byte[] bytes;

        public Raw(byte[] bytes) {
            this.bytes = bytes;
        }

        @Override
        public byte[] bytes() {
            return bytes;
        }

        @Override
        public boolean equals(Object other) {
            return other instanceof Raw raw && Arrays.equals(bytes, raw.bytes);
        }

        @Override
        public int hashCode() {
            return Arrays.hashCode(bytes);
        }

        @Override
        public String toString() {
            return "Raw[" + bytes.length + " bytes]";
        }
    }
}
