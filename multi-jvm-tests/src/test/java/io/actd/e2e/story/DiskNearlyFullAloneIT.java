package io.actd.e2e.story;

import io.actd.e2e.cluster.Cluster;
import io.actd.e2e.cluster.Holding;
import io.actd.e2e.cluster.Member;
import io.actd.e2e.load.SpaceUser;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.parallel.Isolated;

@Order(Integer.MAX_VALUE) // needs processes of its own
@Isolated
class DiskNearlyFullAloneIT {
    /** Less than the reserve, more than LevelDB needs. */
    private static final int NEARLY_FULL = 200;

    @RegisterExtension
    final Cluster cluster = new Cluster();

    // faults.md 13; spec MT-3, MT-4, MT-7: the rest goes on, also over a restart
    @Test
    void nearlyFullDisk_letsEverythingPassThatTakesNoSpace() {
        Member member = cluster.onDisksOf(768, Holding.LOG_AND_STORE).start(1).leader();
        try (SpaceUser client = new SpaceUser(member)) {
            client.takesSpace();
        }
        cluster.fillDisk(member, NEARLY_FULL);
        cluster.awaitNoSpaceAlarm(member);
        member.kill();
        member.restart();
        cluster.awaitNoSpaceAlarm(member);
        try (SpaceUser client = new SpaceUser(member)) {
            client.isRefusedSpace();
            client.hasItsSpace();
            client.givesSpaceBack();
            cluster.disarm(member);
            cluster.awaitNoSpaceAlarm(member); // it was too early
            cluster.freeDisk(member);
            client.isRefusedSpace();
            cluster.disarm(member);
            client.takesSpace();
            client.hasItsSpace();
        }
    }
}
