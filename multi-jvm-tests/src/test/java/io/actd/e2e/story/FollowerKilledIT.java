package io.actd.e2e.story;

import io.actd.e2e.cluster.Cluster;
import io.actd.e2e.cluster.Member;
import io.actd.e2e.load.Load;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.parallel.Isolated;

@Isolated
class FollowerKilledIT {
    @RegisterExtension
    final Cluster cluster = new Cluster();

    // faults.md 8
    @Test
    void killedUnderLoad_isMissedByNobody_andCatchesUp() {
        Load load = cluster.start(3).load();
        for (int i = 0; i < Cluster.times(1); i++) {
            Member killed = cluster.followers().get(i % 2);
            killed.kill();
            load.awaitWrites(500);
            killed.restart();
            load.awaitWrites(200);
        }
    }
}
