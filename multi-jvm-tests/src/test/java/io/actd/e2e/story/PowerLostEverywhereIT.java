package io.actd.e2e.story;

import io.actd.e2e.cluster.Cluster;
import io.actd.e2e.load.Load;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.parallel.Isolated;

@Isolated
class PowerLostEverywhereIT {
    @RegisterExtension
    final Cluster cluster = new Cluster();

    // faults.md 10
    @Test
    void allLosePowerAtOnce_startAgain_withEverythingAcknowledged() {
        Load load = cluster.onDisksThatForget().start(3).load();
        for (int i = 0; i < Cluster.times(1); i++) {
            load.awaitWrites(300);
            cluster.losePowerEverywhere();
            cluster.restartAll();
            load.awaitWrites(100);
        }
    }
}
