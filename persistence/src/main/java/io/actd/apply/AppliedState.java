package io.actd.apply;

import io.actd.apply.StateMachine.Options;
import io.actd.backend.BufferedBackend;
import io.actd.mvcc.MvccStore;
import io.actd.raft.SnapshotMark;
import io.actd.world.World;

/** Everything that stands on one store, as loaded from it. What it is for, the {@link StateMachine} says. */
final class AppliedState {
    final BufferedBackend backend;
    final MvccStore store;
    final LeaseTable leases;
    final AlarmTable alarms;
    final ClusterTable cluster;
    final ClusterExecutor clusterExecutor;
    final CommandExecutor executor;
    final AppliedMark mark;

    /** Loads; blocking I/O. */
    AppliedState(BufferedBackend backend, World world, Options options, Headers headers) {
        this.backend = backend;
        this.leases = LeaseTable.load(backend);
        this.store = MvccStore.load(backend, world, leases::attach); // leases first: pairs hang on them
        this.alarms = AlarmTable.load(backend);
        this.cluster = ClusterTable.load(backend);
        this.mark = AppliedMark.load(backend);
        this.clusterExecutor = new ClusterExecutor(cluster, headers, options.maxLearners());
        this.executor =
                new CommandExecutor(store, leases, alarms, clusterExecutor, headers, options.minLeaseTtlSeconds());
    }

    SnapshotMark snapshotMark() {
        return new SnapshotMark(mark.index(), mark.term(), cluster.membership());
    }
}
