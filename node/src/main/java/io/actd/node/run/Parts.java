package io.actd.node.run;

import io.actd.api.ApiConfig;
import io.actd.member.MemberConfig;
import io.actd.node.Version;
import io.actd.node.config.Identity;
import io.actd.node.config.NodeConfig;

/** The process's configuration as its two parts want it. */
final class Parts {
    private Parts() {}

    static MemberConfig member(NodeConfig config, Identity identity) {
        var timing = config.timing();
        var history = config.history();
        return new MemberConfig(
                identity.self(),
                identity.clusterId(),
                identity.start(),
                identity.all(),
                config.dataDir(),
                config.walDir(),
                history.maxWals(),
                timing.heartbeat(),
                timing.electionTimeout(),
                timing.preVote(),
                history.snapshotCount(),
                history.catchupEntries(),
                history.quotaBytes(),
                config.limits().maxRequestBytes(),
                config.limits().watchProgressInterval(),
                history.compactionBatchRows(),
                history.compactionPause(),
                history.autoCompaction(),
                config.reconfiguration(),
                Version.ETCD);
    }

    static ApiConfig api(NodeConfig config) {
        var limits = config.limits();
        return new ApiConfig(
                Version.ETCD,
                limits.maxRequestBytes(),
                limits.maxTxnOps(),
                config.history().quotaBytes(),
                limits.maxConcurrentStreams(),
                config.timing().electionTimeout(),
                limits.pingInterval(),
                limits.pingTimeout(),
                limits.corsOrigins(),
                limits.hostWhitelist(),
                limits.learnerReads(),
                false);
    }
}
