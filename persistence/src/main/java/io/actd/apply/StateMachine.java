package io.actd.apply;

import io.actd.backend.Backend;
import io.actd.backend.BackendClosed;
import io.actd.backend.BufferedBackend;
import io.actd.invariant.Invariant;
import io.actd.mvcc.MvccStore;
import io.actd.protocol.Outcome;
import io.actd.protocol.Refusal;
import io.actd.protocol.api.HashKVRequest;
import io.actd.protocol.api.HashKVResponse;
import io.actd.protocol.api.HashResponse;
import io.actd.protocol.api.InternalRaftRequest;
import io.actd.protocol.api.RangeRequest;
import io.actd.protocol.api.TxnRequest;
import io.actd.raft.Entry;
import io.actd.raft.Membership;
import io.actd.raft.Payload;
import io.actd.raft.SnapshotMark;
import io.actd.world.World;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Everything the log decides about: pairs, leases, alarms, members, cluster version. Applying the same entries in the
 * same order gives the same state and the same answers on every member.
 *
 * <p>{@link #apply}, {@link #install} and {@link #beginFlush} belong to one writer thread; every other method may be
 * called from any thread.
 */
public final class StateMachine implements AutoCloseable {
    private static final Applied NOTHING = new Applied(0, null, null, List.of(), null, false, "");

    /**
     * @param memberId this member
     * @param clusterId its cluster
     * @param quotaBytes space quota, 0 or less: none (spec MT-5)
     * @param minLeaseTtlSeconds smallest lease life (spec L-2)
     * @param maxLearners how many learners the cluster may have (spec M-5); the same on all members
     */
    public record Options(long memberId, long clusterId, long quotaBytes, long minLeaseTtlSeconds, int maxLearners) {
        /** With one learner at most. */
        public Options(long memberId, long clusterId, long quotaBytes, long minLeaseTtlSeconds) {
            this(memberId, clusterId, quotaBytes, minLeaseTtlSeconds, 1);
        }
    }

    // What stands on the store is replaced as a whole when a store of the leader is installed; a read that was begun
    // on the one before ends there, or begins anew if its engine was closed meanwhile.

    private final World world;
    private final Options options;
    private final Headers headers;
    private final MemberTable members = new PresentMembers(() -> now().cluster);
    private volatile AppliedState current;

    private StateMachine(AppliedState current, World world, Options options, Headers headers) {
        this.current = current;
        this.world = world;
        this.options = options;
        this.headers = headers;
    }

    /** Opens the applied state; blocking I/O. */
    public static StateMachine open(BufferedBackend backend, World world, Options options, Headers headers) {
        return new StateMachine(new AppliedState(backend, world, options, headers), world, options, headers);
    }

    /** The state on one store: one that is to be installed, or one that was replaced. */
    public static final class Loaded implements AutoCloseable {
        private final AppliedState state;

        private Loaded(AppliedState state) {
            this.state = state;
        }

        /** How far it is applied, and who takes part as of then. */
        public SnapshotMark mark() {
            return state.snapshotMark();
        }

        /**
         * Waits for reads that are under way on it, then closes its engine without flushing. Blocking; not for the one in
         * use.
         */
        @Override
        public void close() {
            state.backend.discard();
        }
    }

    /** Loads the state on another store, which is to replace this one. Any thread; blocking I/O. */
    public Loaded load(BufferedBackend other) {
        return new Loaded(new AppliedState(other, world, options, headers));
    }

    /**
     * Goes on with a newer store, received from the leader (§7). Writer thread.
     *
     * @return what was replaced, to be closed once its last flush has ended
     */
    public Loaded install(Loaded newer) {
        var before = current;
        Invariant.check(
                newer.state.mark.index() > before.mark.index(),
                "installed-store-is-newer",
                newer.state.mark.index(),
                before.mark.index());
        newer.state.store.operations().goOnFrom(before.store.operations());
        current = newer.state;
        return new Loaded(before);
    }

    private AppliedState now() {
        return current;
    }

    private <T> T reading(Function<AppliedState, T> read) {
        while (true) {
            var seen = current;
            try {
                return read.apply(seen);
            } catch (BackendClosed e) {
                if (seen == current) throw e;
            }
        }
    }

    /** As {@link #reading}; of a member that stops, the store is closed before all its callers are gone. */
    private Outcome answering(Function<AppliedState, Outcome> read) {
        try {
            return reading(read);
        } catch (BackendClosed e) {
            return Outcome.refused(Refusal.STOPPED);
        }
    }

    /** Index of the last entry applied, of any kind; 0 if none (meta consistent_index, FM-68). Monotonic. */
    public long appliedIndex() {
        return current.mark.index();
    }

    /** Term of that entry. */
    public long appliedTerm() {
        return current.mark.term();
    }

    /** Who takes part, as of {@link #appliedIndex}. */
    public Membership membership() {
        return current.cluster.membership();
    }

    /** The three together; writer thread. */
    public SnapshotMark mark() {
        return current.snapshotMark();
    }

    /**
     * Applies the next entry, whose index must be {@code appliedIndex() + 1}. Never fails for what a client sent:
     * refusals are values. Anything thrown means this member can not go on.
     */
    public Applied apply(Entry entry) {
        var mark = current.mark;
        Invariant.check(entry.index() == mark.index() + 1, "apply-in-order", entry.index(), mark.index());
        var applied =
                switch (entry.type()) {
                    case NORMAL -> applyCommand(entry.payload());
                    case CONF_CHANGE -> applyConfChange(entry.payload());
                };
        mark.moveTo(entry.index(), entry.term());
        return applied;
    }

    private Applied applyCommand(Payload payload) {
        if (payload.bytes().length == 0) return NOTHING; // a new leader's entry (§8, spec FM-15)
        if (!(payload instanceof Command)) {
            var old = V2Entry.parse(payload.bytes());
            if (old != null) {
                old.execute(current.clusterExecutor);
                return NOTHING;
            }
        }
        var command = Command.requestOf(payload);
        long requestId = command.hasHeader() ? command.getHeader().getID() : command.getID(); // spec FM-38
        return current.executor.execute(command).by(requestId, CommandOp.of(command));
    }

    private Applied applyConfChange(Payload payload) {
        var change = ConfChanges.parse(payload.bytes());
        return current.clusterExecutor.change(change).by(change.getId(), "");
    }

    /** Cuts a flush that holds everything applied so far with the consistent index; null if there is nothing new. */
    public BufferedBackend.@Nullable Flush beginFlush() {
        var state = current;
        return state.mark.cut(state.backend) ? state.backend.beginFlush() : null;
    }

    /** Answers a Range from the present state: no waiting for a read index here (spec §6). */
    public Outcome range(RangeRequest request) {
        return answering(state -> state.executor.range(request));
    }

    /** Answers a read-only Txn from the present state, at one revision (spec TX-17). */
    public Outcome readOnlyTxn(TxnRequest request) {
        return answering(state -> state.executor.txns().read(request));
    }

    /** Blocking I/O. */
    public Outcome hashKv(HashKVRequest request) {
        return answering(state -> {
            var result = state.store.hashKv(request.getRevision());
            if (result.refusal() != null) return Outcome.refused(result.refusal());
            return Outcome.ok(HashKVResponse.newBuilder()
                    .setHeader(headers.at(result.storeRevision()))
                    .setHash(result.hash())
                    .setCompactRevision(result.compactRevision())
                    .setHashRevision(result.hashRevision())
                    .build());
        });
    }

    /** Blocking I/O. Members agree only if nothing is applied or compacted meanwhile (spec MT-14). */
    public Outcome hash() {
        return answering(state -> {
            long revision = state.store.revision(); // when hashing begins (spec H-2)
            return Outcome.ok(HashResponse.newBuilder()
                    .setHeader(headers.at(revision))
                    .setHash(state.backend.hash())
                    .build());
        });
    }

    /** All rows as of the last flush, in the engine; at least what was reported as durable. Must be closed. */
    public Backend.View flushed() {
        return reading(state -> state.backend.flushed());
    }

    /**
     * {@link Refusal#NO_SPACE} if the request would exceed the space quota of this member, which is then to raise the
     * alarm (spec MT-6); null if it may be proposed. Alarms are looked at when a command is applied, where all members
     * agree about them (spec MT-7, MT-8).
     */
    public @Nullable Refusal spaceRefusal(InternalRaftRequest request) {
        if (options.quotaBytes() <= 0) return null;
        long costBytes = SpaceCost.of(request);
        return costBytes > 0 && current.backend.sizeBytes() + costBytes >= options.quotaBytes()
                ? Refusal.NO_SPACE
                : null;
    }

    /** Whether a NOSPACE alarm, as applied here, stops the request (spec MT-7). */
    public boolean stoppedForSpace(InternalRaftRequest request) {
        return current.alarms.stopForSpace(request);
    }

    /** The present one. Whoever reads it step by step may find its engine closed: a newer store was installed. */
    public MvccStore store() {
        return current.store;
    }

    /** The present ones; to be asked for anew each time. */
    public LeaseBook leases() {
        return current.leases;
    }

    /** Always the present ones: may be kept. */
    public MemberTable members() {
        return members;
    }

    /** The present ones; to be asked for anew each time. */
    public Alarms alarms() {
        return current.alarms;
    }

    /** Bytes applied but not flushed. */
    public long bufferedBytes() {
        return current.backend.bufferedBytes();
    }

    /** Physical size in bytes (spec MT-9). */
    public long dbSizeBytes() {
        return current.store.sizeBytes();
    }

    /** Of these what the rows themselves take; never more. */
    public long dbSizeInUseBytes() {
        var store = current.store;
        return Math.min(store.sizeInUseBytes(), store.sizeBytes());
    }

    /** Flushes and closes; writer thread, after the last read ended. */
    @Override
    public void close() {
        var state = current;
        state.mark.cut(state.backend);
        state.backend.close();
    }
}
