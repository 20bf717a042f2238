package io.actd.e2e.story;

import static org.junit.jupiter.api.Assertions.assertNotEquals;

import io.actd.e2e.cluster.Cluster;
import io.actd.e2e.cluster.Member;
import io.actd.e2e.load.Load;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.parallel.Isolated;

@Isolated
class DiskSlowIT {
    private static final Duration SYNC = Duration.ofSeconds(2);

    @RegisterExtension
    final Cluster cluster = new Cluster();

    // faults.md 15 (30 s, then p99 at most twice that before): the leader's disk is waited for by itself alone, until
    // it
    // hands over; and by leases: it applies a grant after its own sync, which begins after the one before
    @Test
    void leaderWhoseSyncsTakeTwoSeconds_handsOver_holdsUpNobodyElse_andNoLeaseIsLost() {
        Load load = cluster.start(3).load();
        Member slow = cluster.followers().get(0);
        slow.restartOnDiskThatMayBeSlow(SYNC);
        cluster.moveLeader(slow);
        load.leasesMayEndLaterBy(SYNC.multipliedBy(2)).goOn(Duration.ofSeconds(3));
        slow.slowDisk();
        load.goOn(Duration.ofSeconds(Cluster.times(6))).awaitWrites(100);
        assertNotEquals(slow, cluster.leader());
        slow.fastDisk();
        load.awaitWrites(200).goOn(Duration.ofSeconds(3));
    }
}
