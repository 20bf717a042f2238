package io.actd.apply;

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
import io.actd.world.World;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Everything the log decides about: pairs, leases, alarms, members, cluster version. Applying the same entries in the
 * same order gives the same state and the same answers on every member.
 *
 * <p>{@link #apply} and {@link #beginFlush} belong to one writer thread; every other method may be called from any
 * thread.
 */
public final class StateMachine implements AutoCloseable {
    private static final Applied NOTHING = new Applied(0, null, null, List.of(), null, false);

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

    private final BufferedBackend backend;
    private final Options options;
    private final Headers headers;
    private final MvccStore store;
    private final LeaseTable leases;
    private final AlarmTable alarms;
    private final ClusterTable cluster;
    private final ClusterExecutor clusterExecutor;
    private final CommandExecutor executor;
    private final AppliedMark mark;

    private StateMachine(BufferedBackend backend, World world, Options options, Headers headers) {
        this.backend = backend;
        this.options = options;
        this.headers = headers;
        this.leases = LeaseTable.load(backend);
        this.store = MvccStore.load(backend, world, leases::attach); // leases first: pairs hang on them
        this.alarms = AlarmTable.load(backend);
        this.cluster = ClusterTable.load(backend);
        this.mark = AppliedMark.load(backend);
        this.clusterExecutor = new ClusterExecutor(cluster, headers, options.maxLearners());
        this.executor =
                new CommandExecutor(store, leases, alarms, clusterExecutor, headers, options.minLeaseTtlSeconds());
    }

    /** Opens the applied state; blocking I/O. */
    public static StateMachine open(BufferedBackend backend, World world, Options options, Headers headers) {
        return new StateMachine(backend, world, options, headers);
    }

    /** Index of the last entry applied, of any kind; 0 if none (meta consistent_index, FM-68). Monotonic. */
    public long appliedIndex() {
        return mark.index();
    }

    /** Term of that entry. */
    public long appliedTerm() {
        return mark.term();
    }

    /** Who takes part, as of {@link #appliedIndex}. */
    public Membership membership() {
        return cluster.membership();
    }

    /**
     * Applies the next entry, whose index must be {@code appliedIndex() + 1}. Never fails for what a client sent:
     * refusals are values. Anything thrown means this member can not go on.
     */
    public Applied apply(Entry entry) {
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
                old.execute(clusterExecutor);
                return NOTHING;
            }
        }
        var command = Command.requestOf(payload);
        long requestId = command.hasHeader() ? command.getHeader().getID() : command.getID(); // spec FM-38
        return executor.execute(command).by(requestId);
    }

    private Applied applyConfChange(Payload payload) {
        var change = ConfChanges.parse(payload.bytes());
        return clusterExecutor.change(change).by(change.getId());
    }

    /** Cuts a flush that holds everything applied so far with the consistent index; null if there is nothing new. */
    public BufferedBackend.@Nullable Flush beginFlush() {
        return mark.cut(backend) ? backend.beginFlush() : null;
    }

    /** Answers a Range from the present state: no waiting for a read index here (spec §6). */
    public Outcome range(RangeRequest request) {
        return executor.range(request);
    }

    /** Answers a read-only Txn from the present state, at one revision (spec TX-17). */
    public Outcome readOnlyTxn(TxnRequest request) {
        return executor.txns().read(request);
    }

    /** Blocking I/O. */
    public Outcome hashKv(HashKVRequest request) {
        var result = store.hashKv(request.getRevision());
        if (result.refusal() != null) return Outcome.refused(result.refusal());
        return Outcome.ok(HashKVResponse.newBuilder()
                .setHeader(headers.at(result.storeRevision()))
                .setHash(result.hash())
                .setCompactRevision(result.compactRevision())
                .setHashRevision(result.hashRevision())
                .build());
    }

    /** Blocking I/O. Members agree only if nothing is applied or compacted meanwhile (spec MT-14). */
    public Outcome hash() {
        long revision = store.revision(); // when hashing begins (spec H-2)
        return Outcome.ok(HashResponse.newBuilder()
                .setHeader(headers.at(revision))
                .setHash(BackendHash.of(backend))
                .build());
    }

    /**
     * {@link Refusal#NO_SPACE} if the request would exceed the space quota of this member, which is then to raise the
     * alarm (spec MT-6); null if it may be proposed. Alarms are looked at when a command is applied, where all members
     * agree about them (spec MT-7, MT-8).
     */
    public @Nullable Refusal spaceRefusal(InternalRaftRequest request) {
        if (options.quotaBytes() <= 0) return null;
        long costBytes = SpaceCost.of(request);
        return costBytes > 0 && backend.sizeBytes() + costBytes >= options.quotaBytes() ? Refusal.NO_SPACE : null;
    }

    public MvccStore store() {
        return store;
    }

    public LeaseBook leases() {
        return leases;
    }

    public MemberTable members() {
        return cluster;
    }

    public Alarms alarms() {
        return alarms;
    }

    /** Bytes applied but not flushed. */
    public long bufferedBytes() {
        return backend.bufferedBytes();
    }

    /** Physical size in bytes (spec MT-9). */
    public long dbSizeBytes() {
        return store.sizeBytes();
    }

    /** Of these what the rows themselves take; never more. */
    public long dbSizeInUseBytes() {
        return Math.min(store.sizeInUseBytes(), store.sizeBytes());
    }

    /** Flushes and closes; writer thread, after the last read ended. */
    @Override
    public void close() {
        mark.cut(backend);
        backend.close();
    }
}
