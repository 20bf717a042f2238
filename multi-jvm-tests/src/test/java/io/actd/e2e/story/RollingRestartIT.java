package io.actd.e2e.story;

import io.actd.e2e.cluster.Cluster;
import io.actd.e2e.cluster.Member;
import io.actd.e2e.load.Load;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.parallel.Isolated;

@Isolated
class RollingRestartIT {
    @RegisterExtension
    final Cluster cluster = new Cluster();

    // faults.md 21, 34: what jetcd holds open outlives the restart of every member
    @Test
    void eachMemberRestarted_watchAndLeaseLiveOn() {
        Load load = cluster.start(3).load().jetcd(cluster.endpoints());
        for (int i = 0; i < Cluster.times(1); i++) {
            for (Member member : cluster.members()) {
                member.stop();
                load.awaitWrites(100);
                member.restart();
                load.awaitWrites(100);
            }
        }
    }
}
