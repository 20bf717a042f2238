package io.actd.e2e.story;

import io.actd.e2e.cluster.Cluster;
import io.actd.e2e.load.Load;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.parallel.Isolated;

@Isolated
class PartitionFlapsIT {
    @RegisterExtension
    final Cluster cluster = new Cluster();

    // faults.md 17: a network that comes and goes faster than an election
    @Test
    void leaderCutOffAndBackAgain_nothingIsLost_andWritesGoOnInBetween() {
        Load load = cluster.start(3).load();
        for (int i = 0; i < Cluster.times(1); i++) {
            cluster.flap(4, Duration.ofMillis(400), cluster.leader());
            load.awaitWrites(100);
            cluster.flap(2, Duration.ofMillis(1500), cluster.leader());
            load.awaitWrites(100);
        }
        load.awaitLeasesEnded(3);
    }
}
