package io.actd.node.config;

import io.actd.node.flag.ConfigException;
import io.actd.node.flag.Url;
import io.actd.protocol.api.Member;
import java.net.UnknownHostException;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.stream.Collectors;

/**
 * Who this member is and, for a new cluster, whom it begins with (spec OP-33, OP-38).
 *
 * @param self this member: name, peer URLs, advertised client URLs, id
 * @param all of a new cluster, ascending by id, without client URLs: those are published later; empty at a restart
 */
public record Identity(Member self, long clusterId, List<Member> all) {
    /** @throws ConfigException if the flags contradict each other */
    public static Identity of(NodeConfig config) throws ConfigException {
        var cluster = config.founding().initialCluster();
        if (cluster.isEmpty()) {
            throw new ConfigException("initial cluster unset and no discovery endpoints found");
        }
        var own = cluster.get(config.name());
        if (own == null) {
            throw new ConfigException(
                    "couldn't find local name \"" + config.name() + "\" in the initial cluster configuration");
        }
        checkDuplicates(config);
        checkAdvertised(config, own);
        if (config.founding().existing()) {
            throw new ConfigException("--initial-cluster-state=existing: joining a cluster is not supported yet");
        }
        if (cluster.size() > 1) {
            throw new ConfigException("--initial-cluster: clusters of several members are not supported yet");
        }
        var all = cluster.entrySet().stream()
                .map(e -> member(e.getKey(), e.getValue(), config.founding().token()))
                .sorted((a, b) -> Long.compareUnsigned(a.getID(), b.getID()))
                .toList();
        var self = all.stream().filter(m -> m.getName().equals(config.name())).findFirst().orElseThrow().toBuilder()
                .addAllClientURLs(texts(config.places().advertisedClients()))
                .build();
        return new Identity(self, Ids.cluster(all.stream().map(Member::getID).toList()), all);
    }

    /** This member once there is a log: the log says who it is, and initial-* flags mean nothing (spec OP-32, OP-37). */
    public static Identity restarted(NodeConfig config, long memberId, long clusterId) {
        var self = Member.newBuilder()
                .setID(memberId)
                .setName(config.name())
                .addAllPeerURLs(texts(config.places().advertisedPeers()))
                .addAllClientURLs(texts(config.places().advertisedClients()))
                .build();
        return new Identity(self, clusterId, List.of());
    }

    private static Member member(String name, List<Url> peerUrls, String token) {
        return Member.newBuilder()
                .setID(Ids.member(peerUrls, token))
                .setName(name)
                .addAllPeerURLs(texts(peerUrls).stream().sorted().toList())
                .build();
    }

    private static void checkDuplicates(NodeConfig config) throws ConfigException {
        var seen = new HashSet<String>();
        for (var urls : config.founding().initialCluster().values()) {
            for (var url : urls) {
                if (!seen.add(url.text())) {
                    throw new ConfigException("initial cluster " + print(config) + " has duplicate url");
                }
            }
        }
    }

    private static void checkAdvertised(NodeConfig config, List<Url> own) throws ConfigException {
        var advertised = config.places().advertisedPeers();
        if (new HashSet<>(texts(own)).equals(new HashSet<>(texts(advertised)))) return;
        try {
            var inCluster = Hosts.resolved(own);
            var told = Hosts.resolved(advertised);
            if (inCluster.equals(told)) return;
            var missing = new HashSet<>(inCluster);
            missing.removeAll(told);
            var toldText = String.join(",", texts(advertised));
            var ownText = own.stream().map(u -> config.name() + "=" + u).collect(Collectors.joining(","));
            throw new ConfigException(
                    missing.isEmpty()
                            ? "--initial-advertise-peer-urls has " + toldText + " but missing from --initial-cluster="
                                    + ownText
                            : "--initial-cluster has " + ownText + " but missing from --initial-advertise-peer-urls="
                                    + toldText);
        } catch (UnknownHostException e) {
            throw new ConfigException("failed to resolve " + e.getMessage() + " to match --initial-cluster");
        }
    }

    private static String print(NodeConfig config) {
        return config.founding().initialCluster().entrySet().stream()
                .flatMap(e -> e.getValue().stream().map(u -> e.getKey() + "=" + u))
                .sorted()
                .collect(Collectors.joining(","));
    }

    private static List<String> texts(Collection<Url> urls) {
        return urls.stream().map(Url::text).toList();
    }
}
