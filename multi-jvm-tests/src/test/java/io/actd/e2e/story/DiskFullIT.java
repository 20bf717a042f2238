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
class DiskFullIT {
    /** What LevelDB needs and what the flood takes are more than this. */
    private static final int SOON_FULL = 120;

    @RegisterExtension
    final Cluster cluster = new Cluster();

    // faults.md 13
    @Test
    void fullDiskOfAFollowersStore_endsItWithTheReason_andDisturbsNobodyElse() {
        Load load = cluster.onDisksOf(768, Holding.STORE)
                .start(3, "--disk-reserve-bytes=0")
                .load();
        Member full = cluster.followers().get(0);
        cluster.fillDisk(full, SOON_FULL);
        load.flood(60, 400, 128 << 10);
        full.endsForWantOfSpace();
        full.refusesItsDisk();
        load.awaitWrites(300);
        cluster.freeDisk(full);
        full.restart();
        load.awaitWrites(200);
    }
}
