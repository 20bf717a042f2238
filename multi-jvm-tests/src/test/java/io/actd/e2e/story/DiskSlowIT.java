package io.actd.e2e.story;

import io.actd.e2e.cluster.Cluster;
import io.actd.e2e.cluster.Member;
import io.actd.e2e.load.Load;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.parallel.Isolated;

@Isolated
class DiskSlowIT {
    @RegisterExtension
    final Cluster cluster = new Cluster();

    // faults.md 15: the leader's disk is waited for by itself alone
    @Test
    void leaderWithSlowSyncs_holdsUpNobodyElse_andNoLeaseIsLost() {
        Load load = cluster.start(3).load();
        Member slow = cluster.followers().get(0);
        slow.slowDisk(Duration.ofMillis(200));
        cluster.moveLeader(slow);
        load.goOn(Duration.ofSeconds(4)).awaitWrites(100);
        slow.slowDisk(Duration.ZERO);
        load.awaitWrites(200);
    }
}
