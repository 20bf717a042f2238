package io.actd.e2e.story;

import io.actd.e2e.cluster.Cluster;
import io.actd.e2e.cluster.Member;
import io.actd.e2e.load.Load;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.parallel.Isolated;

@Isolated
class MemberReplacedIT {
    @RegisterExtension
    final Cluster cluster = new Cluster();

    // wiped and added again; faults.md 27, M5, W1
    @Test
    void wipedRemovedAndAddedAgain_isLevelWithTheOthers() {
        Load load = cluster.start(3).load();
        for (int i = 0; i < Cluster.times(1); i++) {
            Member replaced = cluster.followers().get(0);
            replaced.kill();
            load.awaitWrites(200);
            cluster.remove(replaced);
            replaced.wipe();
            cluster.add(replaced);
            load.awaitWrites(200);
        }
    }
}
