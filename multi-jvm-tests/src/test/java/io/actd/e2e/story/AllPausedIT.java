package io.actd.e2e.story;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.actd.e2e.cluster.Cluster;
import io.actd.e2e.cluster.Member;
import io.actd.e2e.load.Load;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.parallel.Isolated;

@Isolated
class AllPausedIT {
    @RegisterExtension
    final Cluster cluster = new Cluster();

    // faults.md 18, L1: everybody's time is up when they go on, the leader's and that of each lease; nobody knows
    @Test
    void allStoppedAtOnce_nothingIsWritten_andTheyGoOnAsIfNothingHadBeen() {
        Load load = cluster.start(3).load();
        for (int i = 0; i < Cluster.times(1); i++) {
            cluster.members().forEach(Member::pause);
            assertTrue(load.standsStill(Cluster.pause(i)));
            cluster.members().forEach(Member::resume);
            load.awaitWrites(300);
        }
    }
}
