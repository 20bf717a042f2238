package io.actd.node.config;

import io.actd.apply.MemberIds;
import io.actd.join.RunningCluster;
import io.actd.member.MemberConfig.Start;
import io.actd.node.flag.ConfigException;
import io.actd.node.flag.Url;
import io.actd.protocol.api.Member;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** What {@code --initial-cluster} says about a cluster to found or to join, checked with the texts of etcd. */
public final class InitialCluster {
    private final NodeConfig config;
    private final Map<String, List<Url>> urlsByName;

    private InitialCluster(NodeConfig config) {
        this.config = config;
        this.urlsByName = config.founding().initialCluster();
    }

    /**
     * Checks everything that needs nobody else (spec OP-33 a to d, OP-35).
     *
     * @throws ConfigException if the flags contradict each other
     */
    public static InitialCluster of(NodeConfig config) throws ConfigException {
        var cluster = new InitialCluster(config);
        cluster.check();
        return cluster;
    }

    private void check() throws ConfigException {
        if (urlsByName.isEmpty()) throw new ConfigException("initial cluster unset and no discovery endpoints found");
        var own = urlsByName.get(config.name());
        if (own == null) {
            throw new ConfigException(
                    "couldn't find local name \"" + config.name() + "\" in the initial cluster configuration");
        }
        checkDuplicates();
        // A joining member's URLs are those it was added with, whatever it advertises now.
        if (!config.founding().existing()) checkAdvertised(own);
    }

    private void checkDuplicates() throws ConfigException {
        var seen = new HashSet<String>();
        for (var urls : urlsByName.values()) {
            for (var url : urls) {
                if (!seen.add(url.text())) throw new ConfigException("initial cluster " + this + " has duplicate url");
            }
        }
    }

    private void checkAdvertised(List<Url> own) throws ConfigException {
        var advertised = config.places().advertisedPeers();
        if (new HashSet<>(Identity.texts(own)).equals(new HashSet<>(Identity.texts(advertised)))) return;
        try {
            var inCluster = Hosts.resolved(own);
            var told = Hosts.resolved(advertised);
            if (inCluster.equals(told)) return;
            var missing = new HashSet<>(inCluster);
            missing.removeAll(told);
            var toldText = String.join(",", Identity.texts(advertised));
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

    /** One peer URL of every other member, sorted: whom to ask about the cluster. */
    public List<Url> others() {
        return urlsByName.entrySet().stream()
                .filter(member -> !member.getKey().equals(config.name()))
                .map(member -> Collections.min(member.getValue(), Comparator.comparing(Url::text)))
                .sorted(Comparator.comparing(Url::text))
                .toList();
    }

    /** This member as one of the founders; every founder computes the same ids (spec OP-38). */
    public Identity founded() {
        var all = founders();
        var own = all.stream()
                .filter(member -> member.getName().equals(config.name()))
                .findFirst()
                .orElseThrow();
        var self = own.toBuilder()
                .addAllClientURLs(Identity.texts(config.places().advertisedClients()))
                .build();
        var start = config.founding().forceNew() ? Start.FORCE_NEW_CLUSTER : Start.FOUND;
        return new Identity(
                self, MemberIds.cluster(all.stream().map(Member::getID).toList()), start, all);
    }

    private List<Member> founders() {
        return urlsByName.entrySet().stream()
                .map(member -> founder(member.getKey(), Identity.texts(member.getValue())))
                .sorted((a, b) -> Long.compareUnsigned(a.getID(), b.getID()))
                .toList();
    }

    private Member founder(String name, List<String> peerUrls) {
        return Member.newBuilder()
                .setID(MemberIds.founding(peerUrls, config.founding().token()))
                .setName(name)
                .addAllPeerURLs(peerUrls.stream().sorted().toList())
                .build();
    }

    /**
     * This member as the running cluster knows it: the one whose peer URLs stand under this member's name here (spec
     * OP-35).
     *
     * @throws ConfigException if the cluster has other members than these
     */
    public Identity joined(RunningCluster running) throws ConfigException {
        if (running.members().size() != urlsByName.size()) {
            throw new ConfigException("error validating peerURLs " + running + ": member count is unequal");
        }
        var unmatched = new ArrayList<>(urlsByName.entrySet());
        Member own = null;
        for (var member : running.members()) {
            var match = match(member, unmatched);
            if (match == null) {
                throw new ConfigException("error validating peerURLs " + running
                        + ": PeerURLs: no match found for existing member (" + MemberIds.hex(member.getID()) + ", "
                        + member.getPeerURLsList() + "), last resolver error (none)");
            }
            unmatched.remove(match);
            if (match.getKey().equals(config.name())) own = member;
        }
        long learners = running.members().stream().filter(Member::getIsLearner).count();
        if (learners > config.reconfiguration().maxLearners()) { // spec OP-36
            throw new ConfigException("membership: too many learner members in cluster");
        }
        if (own == null) throw new IllegalStateException("as many members as names, all matched, but none is this one");
        return new Identity(
                Identity.self(config, own.getID()), running.id(), Start.JOIN, List.copyOf(running.members()));
    }

    private static Map.@Nullable Entry<String, List<Url>> match(
            Member member, List<Map.Entry<String, List<Url>>> candidates) {
        for (var candidate : candidates) {
            if (samePlaces(member.getPeerURLsList(), candidate.getValue())) return candidate;
        }
        return null;
    }

    private static boolean samePlaces(Collection<String> peerUrls, List<Url> given) {
        if (new HashSet<>(peerUrls).equals(new HashSet<>(Identity.texts(given)))) return true;
        try {
            return Hosts.resolvedTexts(peerUrls).equals(Hosts.resolved(given));
        } catch (UnknownHostException e) {
            return false;
        }
    }

    /** {@code name=url,name=url}, sorted. */
    @Override
    public String toString() {
        return urlsByName.entrySet().stream()
                .flatMap(member -> member.getValue().stream().map(url -> member.getKey() + "=" + url))
                .sorted()
                .collect(Collectors.joining(","));
    }
}
