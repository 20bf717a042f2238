package io.actd.role;

import io.actd.member.MemberChange;
import io.actd.raft.Payload;
import org.jspecify.annotations.Nullable;

/** A conf change on its way into the log: of a client of this member, or passed on by another one. */
final class ProposedChange implements Payload {
    private final @Nullable MemberChange change;
    private final long requestId;
    private final byte[] bytes;
    private final long askedNanos;

    private ProposedChange(@Nullable MemberChange change, long requestId, byte[] bytes, long askedNanos) {
        this.change = change;
        this.requestId = requestId;
        this.bytes = bytes;
        this.askedNanos = askedNanos;
    }

    /** Whoever waits for it stands in {@code PendingReplies}. */
    static ProposedChange own(RaftNode.ChangeMembers order, long nowNanos) {
        byte[] entry = order.change().entry(order.requestId());
        return new ProposedChange(order.change(), order.requestId(), entry, nowNanos);
    }

    /** Whoever waits for it does so elsewhere. */
    static ProposedChange passedOn(Payload entry, long nowNanos) {
        return new ProposedChange(null, 0, entry.bytes(), nowNanos);
    }

    @Override
    public byte[] bytes() {
        return bytes;
    }

    /** Null if another member passed it on. */
    @Nullable
    MemberChange change() {
        return change;
    }

    /** Of whom it answers here, 0 if nobody. */
    long requestId() {
        return requestId;
    }

    long askedNanos() {
        return askedNanos;
    }
}
