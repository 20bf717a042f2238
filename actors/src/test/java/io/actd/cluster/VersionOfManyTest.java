package io.actd.cluster;

import static io.actd.cluster.TestMember.ok;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.actd.member.MemberChange;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The version a cluster speaks (spec OP-53, MT-17). */
class VersionOfManyTest {
    @TempDir
    Path dir;

    private static void awaitVersion(TestCluster cluster, String version) {
        cluster.awaitAll(
                version,
                m -> m.isReady() && version.equals(m.api().state().members().clusterVersion()));
    }

    @Test
    void oneOlderMember_holdsTheVersionBack_untilItIsUpgraded() {
        try (var cluster = TestCluster.ofVersions(dir, "3.6.0", "3.6.4", "3.5.1")) {
            cluster.all().forEach(TestMember::start);
            awaitVersion(cluster, "3.5.0");
            cluster.member(3).stop();
            ok(cluster.leader().put("k", "without it"));
            assertEquals("3.5.0", cluster.leader().api().state().members().clusterVersion());

            cluster.startAs(3, "3.6.0");
            awaitVersion(cluster, "3.6.0");
        }
    }

    @Test
    void memberNeverSeen_keepsANewClusterAtTheLowest_untilItComes() {
        try (var cluster = TestCluster.ofVersions(dir, "3.6.0", "3.6.0", "3.6.0")) {
            cluster.member(1).start();
            cluster.member(2).start();
            awaitVersion(cluster, "3.0.0");
            cluster.member(3).start();
            awaitVersion(cluster, "3.6.0");
        }
    }

    @Test
    void memberAddedButNotStarted_doesNotTakeTheVersionBack() {
        try (var cluster = TestCluster.ofThree(dir)) {
            awaitVersion(cluster, "3.6.0");
            var url = List.of(TestCluster.urlOf(4));
            var added = io.actd.protocol.api.Member.newBuilder().setID(4).addAllPeerURLs(url);
            ok(cluster.leader()
                    .change(new MemberChange.Add(added.setIsLearner(true).build())));
            var before = cluster.leader();
            ok(before.transferTo(cluster.follower().id));
            ok(cluster.leader().put("k", "v"));
            awaitVersion(cluster, "3.6.0");
        }
    }

    @Test
    void serverOlderThanItsCluster_doesNotStart() {
        try (var cluster = TestCluster.ofThree(dir)) {
            awaitVersion(cluster, "3.6.0");
            cluster.member(2).stop();
            var older = cluster.startAs(2, "3.5.0");
            var refused = assertThrows(CompletionException.class, older::api);
            assertTrue(
                    refused.getMessage()
                            .contains("invalid downgrade; server version is lower than determined cluster version"),
                    refused::getMessage);
        }
    }
}
