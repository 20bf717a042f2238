package io.actd.e2e.story;

import io.actd.e2e.cluster.Cluster;
import io.actd.e2e.cluster.Holding;
import io.actd.e2e.cluster.Member;
import io.actd.e2e.cluster.TimeBound;
import io.actd.e2e.load.Load;
import io.actd.e2e.load.SpaceUser;
import java.time.Duration;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.parallel.Isolated;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@Order(Integer.MAX_VALUE) // needs processes of its own
@Isolated
class DiskNearlyFullIT {
    /** Less than the reserve, more than LevelDB needs. */
    private static final int NEARLY_FULL = 200;

    @RegisterExtension
    final Cluster cluster = new Cluster();

    // faults.md 13, D20; spec MT-7: writes are to be back five seconds after there is space
    @ParameterizedTest
    @EnumSource
    void nearlyFullDiskOfAFollower_stopsAllWrites_untilThereIsSpaceAndTheAlarmIsDisarmed(Holding what) {
        Load load = cluster.onDisksOf(768, what).start(3).load();
        TimeBound bound = TimeBound.writesAreBackWithin(Duration.ofSeconds(5), "13");
        for (int i = 0; i < Cluster.times(1) || bound.wantsMoreThan(i); i++) {
            Member full = cluster.followers().get(i % 2);
            cluster.fillDisk(full, NEARLY_FULL);
            cluster.awaitNoSpaceAlarm(full);
            for (Member member : cluster.members()) {
                try (SpaceUser client = new SpaceUser(member)) {
                    client.isRefusedSpace();
                    client.canRead();
                }
            }
            cluster.freeDisk(full);
            long freed = System.nanoTime();
            cluster.disarm(full);
            load.awaitWrites(1);
            bound.took(Duration.ofNanos(System.nanoTime() - freed));
            load.awaitWrites(200);
        }
        bound.check();
    }
}
