package io.actd.e2e.story;

import io.actd.e2e.cluster.Cluster;
import io.actd.e2e.cluster.Member;
import io.actd.e2e.load.Load;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

@Order(Integer.MAX_VALUE) // needs processes of its own
@Tag("long")
class DiskFullIT {
    @RegisterExtension
    final Cluster cluster = new Cluster();

    // faults.md 13, D20
    @Test
    void fullDiskOfAFollower_disturbsNobody_andIsOvercomeWithSpace() {
        Load load = cluster.onDisksOf(320).start(3).load();
        Member full = cluster.followers().get(0);
        cluster.fillDisk(full);
        load.flood(10, 200, 64 << 10);
        load.awaitWrites(300);
        cluster.awaitDiskFullFelt(full);
        cluster.freeDisk(full);
        full.restartIfDown();
        load.awaitWrites(200);
    }
}
