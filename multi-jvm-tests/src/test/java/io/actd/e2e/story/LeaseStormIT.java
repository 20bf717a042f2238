package io.actd.e2e.story;

import io.actd.e2e.cluster.Cluster;
import io.actd.e2e.cluster.Member;
import io.actd.e2e.load.Load;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.parallel.Isolated;

@Isolated
class LeaseStormIT {
    @RegisterExtension
    final Cluster cluster = new Cluster();

    // faults.md 26, L2, L6, L8, L9
    @Test
    void hundredsOfLeases_overAChangeOfLeader_endInTime() {
        Load load = cluster.start(3).load().leaseStorm(Cluster.times(100));
        load.awaitWrites(300);
        Member killed = cluster.leader();
        killed.kill();
        load.awaitWrites(100);
        killed.restart();
        load.awaitLeasesEnded(Cluster.times(300));
    }
}
