package io.actd.e2e.story;

import io.actd.e2e.cluster.Cluster;
import io.actd.e2e.load.Load;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class OverloadIT {
    @RegisterExtension
    final Cluster cluster = new Cluster();

    // faults.md 24, L7
    @Test
    void thousandsOfPutsAtOnce_areAnsweredOrRefused_andTheClusterGoesOn() {
        Load load = cluster.start(3).load();
        load.flood(3_000, Cluster.times(20_000), 100);
        load.awaitWrites(300);
    }
}
