package io.actd.node.config;

import io.actd.member.MemberConfig.Start;
import io.actd.node.flag.Url;
import io.actd.protocol.api.Member;
import java.util.Collection;
import java.util.List;

/**
 * Who this member is and, if it has no log yet, whom it begins with (spec OP-32, OP-38).
 *
 * @param self this member: name, peer URLs, advertised client URLs, id
 * @param all members it begins with, ascending by id; empty at a restart
 */
public record Identity(Member self, long clusterId, Start start, List<Member> all) {
    /** This member once there is a log: the log says who it is, and initial-* flags mean nothing (spec OP-32, OP-37). */
    public static Identity restarted(NodeConfig config, long memberId, long clusterId) {
        var start = config.founding().forceNew() ? Start.FORCE_NEW_CLUSTER : Start.FOUND;
        return new Identity(self(config, memberId), clusterId, start, List.of());
    }

    static Member self(NodeConfig config, long memberId) {
        return Member.newBuilder()
                .setID(memberId)
                .setName(config.name())
                .addAllPeerURLs(texts(config.places().advertisedPeers()))
                .addAllClientURLs(texts(config.places().advertisedClients()))
                .build();
    }

    static List<String> texts(Collection<Url> urls) {
        return urls.stream().map(Url::text).toList();
    }
}
