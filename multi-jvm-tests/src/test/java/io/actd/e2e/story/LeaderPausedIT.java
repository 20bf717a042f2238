package io.actd.e2e.story;

import static org.junit.jupiter.api.Assertions.assertNotEquals;

import io.actd.e2e.cluster.Cluster;
import io.actd.e2e.cluster.Member;
import io.actd.e2e.load.Load;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.parallel.Isolated;

@Isolated
class LeaderPausedIT {
    @RegisterExtension
    final Cluster cluster = new Cluster();

    // faults.md 18, R1, L1: no stale read from it, and no lease ended by it
    @Test
    void stoppedForSeconds_anotherTakesOver_andNothingOldComesFromIt() {
        Load load = cluster.start(3).load();
        for (int i = 0; i < Cluster.times(1); i++) {
            Member old = cluster.leader();
            old.pause();
            load.goOn(Cluster.pause(i));
            assertNotEquals(old, cluster.leader());
            old.resume();
            load.awaitWrites(300);
        }
    }
}
