package io.actd.e2e.story;

import io.actd.e2e.cluster.Cluster;
import io.actd.e2e.cluster.Member;
import io.actd.e2e.load.Load;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.parallel.Isolated;

@Isolated
class PowerLostAloneIT {
    @RegisterExtension
    final Cluster cluster = new Cluster();

    // faults.md 9, D2: nobody else has what its disk forgets
    @Test
    void onlyMember_losesPowerAgainAndAgain_andNothingAcknowledged() {
        Load load = cluster.onDisksThatForget().start(1).load();
        Member member = cluster.leader();
        for (int i = 0; i < Cluster.times(4); i++) {
            load.awaitWrites(200);
            member.losePower();
            member.restart();
        }
        load.awaitWrites(200);
    }
}
