package io.actd.node.run;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import io.actd.api.ApiConfig;
import io.actd.member.MemberConfig;
import io.actd.node.Version;
import io.actd.node.config.Identity;
import io.actd.node.config.NodeConfig;
import io.actd.peer.PeerConfig;

/** The process's configuration as its parts want it. */
final class Parts {
    /** Of every member's actor system: part of its address. */
    static final String SYSTEM_NAME = "actd";

    private Parts() {}

    /** Pekko's settings, with the peer URLs as addresses. */
    static Config system(NodeConfig config) {
        var listen = PeerListeners.bound(config.places()).text();
        var advertised = StartLog.texts(config.places().advertisedPeers());
        return PeerConfig.of(listen, advertised).withFallback(ConfigFactory.load());
    }

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
                timing.headStart(),
                history.snapshotCount(),
                history.catchupEntries(),
                history.quotaBytes(),
                history.diskReserveBytes(),
                config.limits().maxRequestBytes(),
                config.limits().watchProgressInterval(),
                config.leaseCheckpoints(),
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
