package io.actd.node.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.actd.apply.MemberIds;
import io.actd.join.RunningCluster;
import io.actd.member.MemberConfig.Start;
import io.actd.node.flag.CommandLine;
import io.actd.node.flag.ConfigException;
import io.actd.node.flag.FlagTable;
import io.actd.node.flag.Url;
import io.actd.protocol.api.Member;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Founding and joining clusters of several members (spec OP-33, OP-35, OP-38). */
class InitialClusterTest {
    private static final String THREE =
            "--initial-cluster=a=http://127.0.0.1:1,b=http://127.0.0.1:2,c=http://127.0.0.1:3";

    private static InitialCluster cluster(String... args) throws Exception {
        return InitialCluster.of(NodeConfig.of(CommandLine.parse(FlagTable.load(), List.of(args))));
    }

    private static InitialCluster joining() throws Exception {
        return cluster("--name=c", THREE, "--initial-cluster-state=existing");
    }

    private static Member member(long id, String... peerUrls) {
        return Member.newBuilder().setID(id).addAllPeerURLs(List.of(peerUrls)).build();
    }

    private static String refusal(RunningCluster running) throws Exception {
        var joining = joining();
        return assertThrows(ConfigException.class, () -> joining.joined(running))
                .getMessage();
    }

    @Test
    void founders_computeTheSameIds() throws Exception {
        var a = cluster("--name=a", THREE, "--initial-advertise-peer-urls=http://127.0.0.1:1")
                .founded();
        var b = cluster("--name=b", THREE, "--initial-advertise-peer-urls=http://127.0.0.1:2")
                .founded();
        assertEquals(a.all(), b.all());
        assertEquals(a.clusterId(), b.clusterId());
        assertEquals(3, a.all().size());
        assertEquals("b", b.self().getName());
        assertEquals(
                MemberIds.founding(List.of("http://127.0.0.1:2"), "etcd-cluster"),
                b.self().getID());
        assertEquals(Start.FOUND, a.start());
    }

    @Test
    void anotherToken_isAnotherCluster() throws Exception {
        var at = "--initial-advertise-peer-urls=http://127.0.0.1:1";
        var one = cluster("--name=a", THREE, at).founded();
        var other = cluster("--name=a", THREE, at, "--initial-cluster-token=x").founded();
        assertEquals(false, one.clusterId() == other.clusterId());
        assertEquals(false, one.self().getID() == other.self().getID());
    }

    @Test
    void oneNameWithTwoUrls_isOneMember() throws Exception { // spec §2.2
        var cluster = cluster(
                "--name=a",
                "--initial-cluster=a=http://127.0.0.1:9,a=http://127.0.0.1:1,b=http://127.0.0.1:2",
                "--initial-advertise-peer-urls=http://127.0.0.1:1,http://127.0.0.1:9");
        var self = cluster.founded().self();
        assertEquals(List.of("http://127.0.0.1:1", "http://127.0.0.1:9"), self.getPeerURLsList());
        assertEquals(
                List.of("http://127.0.0.1:2"),
                cluster.others().stream().map(Url::text).toList());
    }

    @Test
    void joiningMember_isTheOneOfItsUrls() throws Exception {
        var running = new RunningCluster(
                7,
                "3.6.0",
                List.of(
                        member(1, "http://localhost:2"), // the same place by another name
                        member(2, "http://127.0.0.1:3"),
                        member(3, "http://127.0.0.1:1")));
        var identity = joining().joined(running);
        assertEquals(2, identity.self().getID());
        assertEquals("c", identity.self().getName());
        assertEquals(7, identity.clusterId());
        assertEquals(Start.JOIN, identity.start());
        assertEquals(running.members(), identity.all());
    }

    @Test
    void othersThanListed_areRefused() throws Exception {
        var two = new RunningCluster(7, "", List.of(member(1, "http://127.0.0.1:1"), member(2, "http://127.0.0.1:2")));
        assertEquals(
                "error validating peerURLs {ClusterID:7 Members:["
                        + "&{ID:1 RaftAttributes:{PeerURLs:[http://127.0.0.1:1] IsLearner:false} Attributes:{Name: ClientURLs:[]}} "
                        + "&{ID:2 RaftAttributes:{PeerURLs:[http://127.0.0.1:2] IsLearner:false} Attributes:{Name: ClientURLs:[]}}"
                        + "] RemovedMemberIDs:[]}: member count is unequal",
                refusal(two));
        var strangers = new RunningCluster(
                7,
                "",
                List.of(
                        member(1, "http://127.0.0.1:1"),
                        member(2, "http://127.0.0.1:2"),
                        member(3, "http://127.0.0.1:4")));
        var text = refusal(strangers);
        assertEquals(
                "PeerURLs: no match found for existing member (3, [http://127.0.0.1:4]), last resolver error (none)",
                text.substring(text.indexOf("PeerURLs: no match")));
    }

    @Test
    void moreLearnersThanAllowed_areNotJoined() throws Exception { // spec OP-36
        var learners = new RunningCluster(
                7,
                "",
                List.of(
                        member(1, "http://127.0.0.1:1"),
                        learner(2, "http://127.0.0.1:2"),
                        learner(3, "http://127.0.0.1:3")));
        assertEquals("membership: too many learner members in cluster", refusal(learners));
        var allowed = cluster("--name=c", THREE, "--initial-cluster-state=existing", "--max-learners=2");
        assertEquals(3, allowed.joined(learners).self().getID());
    }

    private static Member learner(long id, String peerUrl) {
        return member(id, peerUrl).toBuilder().setIsLearner(true).build();
    }

    @Test
    void nameThatNobodyKnows_isNotMatched() { // spec OP-33 b
        var refusal = assertThrows(
                ConfigException.class,
                () -> cluster(
                        "--name=a",
                        "--initial-cluster=a=http://nowhere.invalid:1",
                        "--initial-advertise-peer-urls=http://127.0.0.1:1"));
        assertTrue(
                String.valueOf(refusal.getMessage())
                        .matches("failed to resolve nowhere\\.invalid.* to match --initial-cluster"),
                refusal.getMessage());
    }

    @Test
    void forcedNewCluster_isAskedForByFlag() throws Exception { // spec OP-52
        var config = NodeConfig.of(CommandLine.parse(FlagTable.load(), List.of("--force-new-cluster")));
        assertEquals(Start.FORCE_NEW_CLUSTER, Identity.restarted(config, 1, 2).start());
        assertEquals(
                Start.FOUND,
                Identity.restarted(NodeConfig.of(CommandLine.parse(FlagTable.load(), List.of())), 1, 2)
                        .start());
    }
}
