package io.actd.e2e.story;

import static org.junit.jupiter.api.Assertions.assertNotEquals;

import io.actd.e2e.cluster.Cluster;
import io.actd.e2e.cluster.Member;
import io.actd.e2e.load.Load;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.parallel.Isolated;

@Isolated
class LeaderPartitionedIT {
    @RegisterExtension
    final Cluster cluster = new Cluster();

    // faults.md 17, R2; raft §8
    @Test
    void cutOffBothWays_anotherTakesOver_andTheOldOneStepsDown() {
        Load load = cluster.start(3).load();
        for (int i = 0; i < Cluster.times(1); i++) {
            Member old = cluster.leader();
            cluster.partition(old);
            load.awaitWrites(200);
            assertNotEquals(old, cluster.leader());
            cluster.heal();
            load.awaitWrites(200);
        }
        load.awaitLeasesEnded(3);
    }
}
