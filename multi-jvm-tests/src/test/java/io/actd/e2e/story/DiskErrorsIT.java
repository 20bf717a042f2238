package io.actd.e2e.story;

import io.actd.e2e.cluster.Cluster;
import io.actd.e2e.cluster.Member;
import io.actd.e2e.load.Load;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.parallel.Isolated;

@Isolated
class DiskErrorsIT {
    @RegisterExtension
    final Cluster cluster = new Cluster();

    // faults.md 14
    @Test
    void diskOfTheLeaderFails_itEndsWithTheReason_theOthersGoOn_andItComesBack() {
        Load load = cluster.onDisksThatForget().start(3).load();
        for (int i = 0; i < Cluster.times(1); i++) {
            Member ill = cluster.leader();
            ill.diskErrors();
            load.awaitWrites(200);
            ill.diskIsWell();
            ill.restart();
            load.awaitWrites(200);
        }
    }
}
