package io.actd.apply;

import io.actd.mvcc.KeyRange;
import io.actd.mvcc.MvccStore;
import io.actd.protocol.Outcome;
import io.actd.protocol.Refusal;
import io.actd.protocol.api.InternalRaftRequest;
import io.actd.protocol.api.RangeRequest;

/** The table from a command to who executes it (spec FM-38). */
final class CommandExecutor {
    private final MvccStore store;
    private final AlarmTable alarms;
    private final KvExecutor kv;
    private final TxnExecutor txns;
    private final LeaseExecutor leases;
    private final ClusterExecutor cluster;
    private final Headers headers;

    CommandExecutor(
            MvccStore store,
            LeaseTable leases,
            AlarmTable alarms,
            ClusterExecutor cluster,
            Headers headers,
            long minLeaseTtlSeconds) {
        this.store = store;
        this.alarms = alarms;
        this.cluster = cluster;
        this.headers = headers;
        this.kv = new KvExecutor(store, leases, headers);
        this.txns = new TxnExecutor(store, leases, kv, headers);
        this.leases = new LeaseExecutor(store, leases, headers, minLeaseTtlSeconds);
    }

    TxnExecutor txns() {
        return txns;
    }

    Done execute(InternalRaftRequest command) {
        var forbidden = alarms.refusal(command);
        if (forbidden != null) return Done.refused(forbidden);
        if (command.hasPut()) return kv.put(command.getPut());
        if (command.hasTxn()) return txns.write(command.getTxn());
        if (command.hasDeleteRange()) return kv.deleteRange(command.getDeleteRange());
        if (command.hasCompaction()) return kv.compact(command.getCompaction());
        if (command.hasLeaseGrant()) return leases.grant(command.getLeaseGrant());
        if (command.hasLeaseRevoke()) return leases.revoke(command.getLeaseRevoke());
        if (command.hasLeaseCheckpoint()) return leases.checkpoint(command.getLeaseCheckpoint());
        if (command.hasAlarm()) return alarms.execute(command.getAlarm(), headers, store);
        if (command.hasClusterMemberAttrSet()) return cluster.publish(command.getClusterMemberAttrSet());
        if (command.hasClusterVersionSet()) return cluster.setVersion(command.getClusterVersionSet());
        if (command.hasDowngradeInfoSet()) return cluster.setDowngrade(command.getDowngradeInfoSet());
        if (command.hasRange()) return read(command.getRange());
        return Done.refused(isAuth(command) ? Refusal.NOT_CAPABLE : Refusal.UNKNOWN_METHOD);
    }

    Outcome range(RangeRequest request) {
        var range = KeyRange.of(request.getKey(), request.getRangeEnd());
        var result = store.range(range, request.getRevision(), RangeAssembler.fetchLimit(request));
        if (result.refusal() != null) return Outcome.refused(result.refusal());
        return Outcome.ok(RangeAssembler.assemble(request, result)
                .setHeader(headers.at(result.storeRevision()))
                .build());
    }

    /** A read through the log has no effect; only very old proposers send one. */
    private Done read(RangeRequest request) {
        return switch (range(request)) {
            case Outcome.Ok ok -> Done.answered(ok.response());
            case Outcome.Refused refused -> Done.refused(refused.refusal());
        };
    }

    private static boolean isAuth(InternalRaftRequest command) {
        return command.getAllFields().keySet().stream()
                .anyMatch(field -> field.getNumber() >= 1000 && field.getNumber() < 1300);
    }
}
