package io.actd.e2e.story;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.actd.e2e.cluster.Cluster;
import io.actd.e2e.cluster.Member;
import io.actd.e2e.load.Load;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.parallel.Isolated;

@Isolated
class FollowerDeafIT {
    @RegisterExtension
    final Cluster cluster = new Cluster();

    // faults.md 17: term grows by 2 at most; thesis §9.6 (pre-vote).
    @Test
    void nothingReachesAFollower_writesGoOn_andTheLeaderStays() {
        Load load = cluster.start(3).load();
        Member leader = cluster.leader();
        long term = leader.status().orElseThrow().getRaftTerm();
        cluster.isolateInbound(cluster.followers().get(0));
        load.goOn(Duration.ofSeconds(4)).awaitWrites(200);
        cluster.heal();
        load.awaitWrites(200);
        assertTrue(cluster.leader().status().orElseThrow().getRaftTerm() <= term + 2);
    }
}
