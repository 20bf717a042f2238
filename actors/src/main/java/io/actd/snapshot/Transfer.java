package io.actd.snapshot;

import io.actd.backend.Backend;
import io.actd.copy.StoreBuilder;
import io.actd.peer.PeerMessage.SnapshotChunk;
import io.actd.raft.SnapshotMark;

/** One copy on its way in. */
final class Transfer {
    final SnapshotMark mark;
    final long from;
    final long begunNanos;
    private final long transferId;
    private final StoreBuilder builder;
    long nextSeq;
    private boolean closed;

    Transfer(long from, long transferId, SnapshotMark mark, StoreBuilder builder, long nowNanos) {
        this.from = from;
        this.transferId = transferId;
        this.mark = mark;
        this.builder = builder;
        this.begunNanos = nowNanos;
    }

    boolean isOf(SnapshotChunk chunk) {
        return chunk.from() == from && chunk.transferId() == transferId;
    }

    void add(SnapshotChunk chunk) {
        builder.add(chunk.bytes().asReadOnlyByteBuffer(), chunk.last());
        nextSeq++;
    }

    /** The store that has arrived, open; from now on the caller's to close. */
    Backend handOver() {
        closed = true;
        return builder.handOver();
    }

    void close() {
        if (!closed) builder.close();
        closed = true;
    }
}
