package io.actd.e2e.story;

import io.actd.e2e.cluster.Cluster;
import io.actd.e2e.load.Load;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.parallel.Isolated;

@Isolated
class WholeClusterKilledIT {
    @RegisterExtension
    final Cluster cluster = new Cluster();

    // faults.md 8, 10
    @Test
    void allKilledAtOnce_startAgain_withEverythingAcknowledged() {
        Load load = cluster.start(3).load();
        for (int i = 0; i < Cluster.times(1); i++) {
            load.awaitWrites(300);
            cluster.killAll();
            cluster.restartAll();
            load.awaitWrites(100);
        }
        load.awaitLeasesEnded(3);
    }
}
