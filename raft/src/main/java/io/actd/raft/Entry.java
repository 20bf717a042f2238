package io.actd.raft;

import io.actd.invariant.Invariant;

/**
 * One entry of the replicated log (§5.3).
 *
 * @param term the leader's term when it was received, at least 1
 * @param index position in the log, the first is 1
 * @param type what the payload means to the rules
 * @param payload the command, opaque for {@link Type#NORMAL}
 */
public record Entry(long term, long index, Type type, Payload payload) {
    /** What an entry means to the rules. The order is that of the on-disk enum (spec FM-15). */
    public enum Type {
        /** A command for the state machine, or the empty entry of a new leader. */
        NORMAL,
        /** A membership change; the payload is an encoded conf change, interpreted when it is applied. */
        CONF_CHANGE
    }

    public Entry {
        Invariant.check(term > 0 && index > 0, "entry-id-positive", term, index);
    }

    /** Size in bytes counted against windows and buffers: the payload plus a fixed allowance. */
    public int sizeBytes() {
        return sizeBytes(payload);
    }

    /** {@link #sizeBytes()} of an entry with this payload. */
    static int sizeBytes(Payload payload) {
        return payload.bytes().length + 32;
    }

    public EntryId id() {
        return new EntryId(term, index);
    }
}
