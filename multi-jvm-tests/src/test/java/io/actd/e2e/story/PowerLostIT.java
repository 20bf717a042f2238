package io.actd.e2e.story;

import io.actd.e2e.cluster.Cluster;
import io.actd.e2e.cluster.Member;
import io.actd.e2e.load.Load;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.parallel.Isolated;

@Isolated
class PowerLostIT {
    @RegisterExtension
    final Cluster cluster = new Cluster();

    // faults.md 9, D14: who comes back has what it said it had
    @Test
    void leaderAndFollowerByTurns_losePower_andComeBack() {
        Load load = cluster.onDisksThatForget().start(3).load();
        for (int i = 0; i < Cluster.times(1); i++) {
            loses(cluster.leader(), load);
            loses(cluster.followers().get(i % 2), load);
        }
    }

    private static void loses(Member member, Load load) {
        load.awaitWrites(100);
        member.losePower();
        load.awaitWrites(100);
        member.restart();
    }
}
