package io.actd.node.run;

import io.actd.apply.MemberIds;
import io.actd.node.Version;
import io.actd.node.config.Identity;
import io.actd.node.config.NodeConfig;
import io.actd.node.flag.Url;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The lines that say what is being started (spec OP-31). */
final class StartLog {
    private static final Logger log = LoggerFactory.getLogger(StartLog.class);

    private StartLog() {}

    static void write(NodeConfig config, Identity identity, boolean restart) {
        var self = identity.self();
        var id = MemberIds.hex(self.getID());
        var cluster = MemberIds.hex(identity.clusterId());
        log.atInfo()
                .addKeyValue("etcd-version", Version.ETCD)
                .addKeyValue("actd-version", Version.ACTD)
                .addKeyValue("go-version", "java" + Runtime.version())
                .addKeyValue("go-arch", Version.platform())
                .addKeyValue("max-cpu-set", Runtime.getRuntime().availableProcessors())
                .addKeyValue("name", config.name())
                .addKeyValue("data-dir", config.dataDir())
                .addKeyValue("wal-dir", config.walDir())
                .addKeyValue("heartbeat-interval", config.timing().heartbeat())
                .addKeyValue("election-timeout", config.timing().electionTimeout())
                .addKeyValue("snapshot-count", config.history().snapshotCount())
                .addKeyValue("snapshot-catchup-entries", config.history().catchupEntries())
                .addKeyValue("quota-backend-bytes", config.history().quotaBytes())
                .addKeyValue("disk-reserve-bytes", config.history().diskReserveBytes())
                .addKeyValue(
                        "initial-advertise-peer-urls", texts(config.places().advertisedPeers()))
                .addKeyValue("listen-peer-urls", texts(config.places().peers()))
                .addKeyValue("advertise-client-urls", texts(config.places().advertisedClients()))
                .addKeyValue("listen-client-urls", texts(config.places().clients()))
                .addKeyValue("listen-metrics-urls", texts(config.places().metrics()))
                .addKeyValue("listen-management-urls", texts(config.places().management()))
                .log("starting an etcd server");
        log.atInfo()
                .addKeyValue("local-member-id", id)
                .addKeyValue("cluster-id", cluster)
                .log(restart ? "restarting local member" : "starting local member");
        log.atInfo()
                .addKeyValue("local-member-id", id)
                .addKeyValue("local-server-version", Version.ETCD)
                .addKeyValue("cluster-id", cluster)
                .addKeyValue("cluster-version", "to_be_decided")
                .log("starting etcd server");
        if (restart) return;
        for (var member : identity.all()) {
            log.atInfo()
                    .addKeyValue("cluster-id", cluster)
                    .addKeyValue("local-member-id", id)
                    .addKeyValue("added-peer-id", MemberIds.hex(member.getID()))
                    .addKeyValue("added-peer-peer-urls", List.copyOf(member.getPeerURLsList()))
                    .log("added member");
        }
    }

    static List<String> texts(List<Url> urls) {
        return urls.stream().map(Url::text).toList();
    }
}
