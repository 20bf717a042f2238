package io.actd.e2e.story;

import io.actd.e2e.cluster.Cluster;
import io.actd.e2e.cluster.Member;
import io.actd.e2e.load.Load;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.parallel.Isolated;

@Isolated
class WatchStormIT {
    @RegisterExtension
    final Cluster cluster = new Cluster();

    // faults.md W1, W7, W13
    @Test
    void hundredWatches_whileAFollowerIsPausedAndTheLeaderDies_seeTheLogAndNothingElse() {
        Load load = cluster.start(3).load().watchStorm(99).awaitWrites(300);
        for (int i = 0; i < Cluster.times(1); i++) {
            Member slow = cluster.followers().get(0);
            slow.pause();
            load.awaitWrites(300);
            slow.resume();
            Member killed = cluster.leader();
            killed.kill();
            load.awaitWrites(300);
            killed.restart();
        }
    }
}
