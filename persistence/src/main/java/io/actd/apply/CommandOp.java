package io.actd.apply;

import io.actd.protocol.api.InternalRaftRequest;

/** What a command is called in metrics (spec operations.md §8.1, etcd_server_apply_duration_seconds). */
final class CommandOp {
    private CommandOp() {}

    static String of(InternalRaftRequest command) {
        if (command.hasPut()) return "Put";
        if (command.hasTxn()) return "Txn";
        if (command.hasDeleteRange()) return "DeleteRange";
        if (command.hasCompaction()) return "Compaction";
        if (command.hasLeaseGrant()) return "LeaseGrant";
        if (command.hasLeaseRevoke()) return "LeaseRevoke";
        if (command.hasLeaseCheckpoint()) return "LeaseCheckpoint";
        if (command.hasAlarm()) return "Alarm";
        if (command.hasClusterMemberAttrSet()) return "ClusterMemberAttrSet";
        if (command.hasClusterVersionSet()) return "ClusterVersionSet";
        if (command.hasDowngradeInfoSet()) return "DowngradeInfoSet";
        return "unknown";
    }
}
