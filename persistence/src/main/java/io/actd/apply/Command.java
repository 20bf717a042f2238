package io.actd.apply;

import io.actd.protocol.api.InternalRaftRequest;
import io.actd.raft.Payload;

/** A replicated command with its decoded form at hand, so that what was proposed here is not parsed again. */
public final class Command implements Payload {
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

    @Override
    public byte[] bytes() {
        return bytes;
    }

    public InternalRaftRequest request() {
        return request;
    }
}
