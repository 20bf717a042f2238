package io.actd.e2e.story;

import io.actd.e2e.cluster.Cluster;
import io.actd.e2e.load.Load;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.parallel.Isolated;

@Isolated
class PacketsLostIT {
    @RegisterExtension
    final Cluster cluster = new Cluster();

    // faults.md 19: TCP repeats what is lost, later and later
    @Test
    void onePacketOfTenBetweenMembersIsLost_writesGoOn_andAllIsWellAfterwards() {
        Load load = cluster.onANetworkThatMayLosePackets().start(3).load();
        for (int i = 0; i < Cluster.times(1); i++) {
            cluster.losePackets(10);
            load.awaitWrites(500);
            cluster.heal();
            load.awaitWrites(100);
        }
    }
}
