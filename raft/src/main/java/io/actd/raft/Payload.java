package io.actd.raft;

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

    /** Bytes without a decoded form. */
    record Raw(byte[] bytes) implements Payload {}
}
