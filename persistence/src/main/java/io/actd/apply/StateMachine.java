package io.actd.apply;

import io.actd.backend.BufferedBackend;
import io.actd.mvcc.MvccStore;
import io.actd.protocol.Outcome;
import io.actd.protocol.Refusal;
import io.actd.protocol.api.HashKVRequest;
import io.actd.protocol.api.InternalRaftRequest;
import io.actd.protocol.api.RangeRequest;
import io.actd.protocol.api.TxnRequest;
import io.actd.raft.Entry;
import io.actd.raft.Membership;
import io.actd.world.World;
import org.jspecify.annotations.Nullable;

/**
 * Everything the log decides about: pairs, leases, alarms, members, cluster version. Applying the same entries in the
 * same order gives the same state and the same answers on every member.
 *
 * <p>{@link #apply} and {@link #beginFlush} belong to one writer thread; every other method may be called from any
 * thread.
 */
public final class StateMachine implements AutoCloseable {
    /**
     * @param memberId this member
     * @param clusterId its cluster
     * @param quotaBytes space quota, 0 or less: none (spec MT-5)
     * @param minLeaseTtlSeconds smallest lease life (spec L-2)
     */
    public record Options(long memberId, long clusterId, long quotaBytes, long minLeaseTtlSeconds) {}

    /** Opens the applied state; blocking I/O. */
    public static StateMachine open(BufferedBackend backend, World world, Options options, Headers headers) {
        throw new UnsupportedOperationException();
    }

    /** Index of the last entry applied, of any kind; 0 if none (meta consistent_index, FM-68). Monotonic. */
    public long appliedIndex() {
        throw new UnsupportedOperationException();
    }

    /** Term of that entry. */
    public long appliedTerm() {
        throw new UnsupportedOperationException();
    }

    /** Who takes part, as of {@link #appliedIndex}. */
    public Membership membership() {
        throw new UnsupportedOperationException();
    }

    /**
     * Applies the next entry, whose index must be {@code appliedIndex() + 1}. Never fails for what a client sent:
     * refusals are values. Anything thrown means this member can not go on.
     */
    public Applied apply(Entry entry) {
        throw new UnsupportedOperationException();
    }

    /** Cuts a flush that holds everything applied so far with the consistent index; null if there is nothing new. */
    public BufferedBackend.@Nullable Flush beginFlush() {
        throw new UnsupportedOperationException();
    }

    /** Answers a Range from the present state: no waiting for a read index here (spec §6). */
    public Outcome range(RangeRequest request) {
        throw new UnsupportedOperationException();
    }

    /** Answers a read-only Txn from the present state, at one revision (spec TX-17). */
    public Outcome readOnlyTxn(TxnRequest request) {
        throw new UnsupportedOperationException();
    }

    /** Blocking I/O. */
    public Outcome hashKv(HashKVRequest request) {
        throw new UnsupportedOperationException();
    }

    /** Blocking I/O. */
    public Outcome hash() {
        throw new UnsupportedOperationException();
    }

    /**
     * Whether the request would exceed the space quota or meets a NOSPACE or CORRUPT alarm (spec MT-6 to MT-8); null
     * if it may be proposed.
     */
    public @Nullable Refusal spaceRefusal(InternalRaftRequest request) {
        throw new UnsupportedOperationException();
    }

    public MvccStore store() {
        throw new UnsupportedOperationException();
    }

    public LeaseBook leases() {
        throw new UnsupportedOperationException();
    }

    public MemberTable members() {
        throw new UnsupportedOperationException();
    }

    public Alarms alarms() {
        throw new UnsupportedOperationException();
    }

    /** Physical size and live size in bytes (spec MT-9). */
    public long dbSizeBytes() {
        throw new UnsupportedOperationException();
    }

    public long dbSizeInUseBytes() {
        throw new UnsupportedOperationException();
    }

    /** Flushes and closes; writer thread, after the last read ended. */
    @Override
    public void close() {
        throw new UnsupportedOperationException();
    }
}
