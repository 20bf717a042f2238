package io.actd.e2e.story;

import io.actd.e2e.cluster.Cluster;
import io.actd.e2e.cluster.Holding;
import io.actd.e2e.cluster.Member;
import io.actd.e2e.load.Load;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.parallel.Isolated;

@Order(Integer.MAX_VALUE) // needs processes of its own
@Isolated
class LogDiskFullIT {
    @RegisterExtension
    final Cluster cluster = new Cluster();

    // faults.md 13: a member that runs has the next segment ready, one that starts finds no room for it
    @Test
    void fullDiskOfAFollowersLog_endsItWithTheReason_andDisturbsNobodyElse() {
        Load load = cluster.onDisksOf(768, Holding.LOG)
                .start(3, "--disk-reserve-bytes=0")
                .load();
        Member full = cluster.followers().get(0);
        full.stop();
        cluster.fillDisk(full, 1);
        full.restart();
        load.flood(15, 600, 128 << 10); // more than the segment of 64 MiB it has
        full.endsForWantOfSpace();
        load.awaitWrites(300);
        cluster.freeDisk(full);
        full.restart();
        load.awaitWrites(200);
    }
}
