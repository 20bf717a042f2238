package io.actd.e2e.story;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.actd.e2e.cluster.Cluster;
import io.actd.e2e.cluster.Member;
import io.actd.e2e.cluster.TimeBound;
import io.actd.e2e.load.Load;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.parallel.Isolated;

@Isolated
class DiskSlowIT {
    private static final Duration SYNC = Duration.ofSeconds(2);
    private static final Duration SAMPLE = Duration.ofSeconds(Cluster.times(6));
    private static final int TRIES = 3;

    @RegisterExtension
    final Cluster cluster = new Cluster();

    // faults.md 15 (30 s, then p99 at most twice that before): nobody but the leader waits for its disk, until it hands
    // over, and leases: it applies a grant after its own sync, which begins after the one before
    @Test
    void leaderWhoseSyncsTakeTwoSeconds_handsOver_holdsUpNobodyElse_andNoLeaseIsLost() {
        Load load = cluster.start(3).load();
        Member slow = cluster.followers().get(0);
        slow.restartOnDiskThatMayBeSlow(SYNC);
        load.leasesMayEndLaterBy(SYNC.multipliedBy(2));
        TimeBound bound = TimeBound.leadershipMovesWithin(Duration.ofSeconds(3), "15");
        double best = 0;
        for (int i = 0;
                i < TRIES && (best < 0.25 || bound.wantsMoreThan(i));
                i++) { // other work here slows down the one sample or the other, too
            best = Math.max(best, whileSlow(load, slow, bound));
        }
        // Whoever waited for such a sync each time would get on a hundred times slower.
        assertTrue(best >= 0.25, "writes a second at best " + best + " of those before");
        bound.check();
    }

    private double whileSlow(Load load, Member slow, TimeBound bound) {
        cluster.moveLeader(slow);
        double usual = load.writesPerSecond("DiskSlowIT, before", SAMPLE);
        long begin = System.nanoTime();
        slow.slowDisk();
        double slowly = load.writesPerSecond("DiskSlowIT, slow", SAMPLE);
        cluster.awaitOtherLeader(slow);
        bound.took(load.untilAnotherLed(begin));
        slow.fastDisk();
        load.awaitWrites(200);
        return slowly / usual;
    }
}
