package io.actd.e2e.story;

import io.actd.e2e.cluster.Cluster;
import io.actd.e2e.load.Load;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.parallel.Isolated;

@Isolated
class LeaderMovedIT {
    @RegisterExtension
    final Cluster cluster = new Cluster();

    // faults.md 21; thesis §3.10
    @Test
    void movedUnderLoad_againAndAgain_nothingIsLost() {
        Load load = cluster.start(3).load();
        for (int i = 0; i < Cluster.times(4); i++) {
            cluster.moveLeader(cluster.followers().get(i % 2));
            load.awaitWrites(100);
        }
        load.awaitLeasesEnded(3);
    }
}
