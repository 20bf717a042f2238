package io.actd.e2e.story;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.actd.e2e.cluster.Cluster;
import io.actd.e2e.load.Load;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.parallel.Isolated;

@Isolated
class FollowerDeafIT {
    @RegisterExtension
    final Cluster cluster = new Cluster();

    // faults.md 17; thesis §9.6 (pre-vote): it may ask for votes as often as it likes, nobody's term grows
    @Test
    void nothingReachesAFollower_writesGoOn_andTheLeaderStays() {
        Load load = cluster.start(3).load();
        assertTrue(cluster.leadsOn(cluster.leader(), () -> {
            cluster.isolateInbound(cluster.followers().get(0));
            load.goOn(Duration.ofSeconds(4)).awaitWrites(200);
            cluster.heal();
            load.awaitWrites(200);
        }));
    }
}
