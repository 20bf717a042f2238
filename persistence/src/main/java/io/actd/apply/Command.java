package io.actd.apply;

import com.google.protobuf.CodedInputStream;
import io.actd.protocol.api.InternalRaftRequest;
import io.actd.raft.Payload;
import java.io.IOException;

/** A replicated command with its decoded form at hand, so that what was proposed here is not parsed again. */
public final class Command implements Payload {
    /**
     * A txn may nest as deep as its op limit allows, each level being two messages, and one more message is wrapped
     * around it here: what one member accepted from a client, all members must be able to read.
     */
    private static final int RECURSION_LIMIT = 1000;

    private final byte[] bytes;
    private final InternalRaftRequest request;

    private Command(byte[] bytes, InternalRaftRequest request) {
        this.bytes = bytes;
        this.request = request;
    }

    /** Encodes a request. */
    public static Command of(InternalRaftRequest request) {
        return new Command(request.toByteArray(), request);
    }

    /** The command of a log entry: parsed only if it did not come from here. */
    static InternalRaftRequest requestOf(Payload payload) {
        if (payload instanceof Command command) return command.request;
        try {
            var in = CodedInputStream.newInstance(payload.bytes());
            in.setRecursionLimit(RECURSION_LIMIT);
            return InternalRaftRequest.parseFrom(in);
        } catch (IOException e) {
            throw new IllegalStateException("unreadable command of " + payload.bytes().length + " bytes", e);
        }
    }

    @Override
    public byte[] bytes() {
        return bytes;
    }

    public InternalRaftRequest request() {
        return request;
    }
}
