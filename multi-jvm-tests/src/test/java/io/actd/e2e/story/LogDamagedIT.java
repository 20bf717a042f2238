package io.actd.e2e.story;

import io.actd.e2e.cluster.Cluster;
import io.actd.e2e.cluster.Member;
import io.actd.e2e.load.Load;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.parallel.Isolated;

@Isolated
class LogDamagedIT {
    @RegisterExtension
    final Cluster cluster = new Cluster();

    // faults.md D12, D15: never cut silently, never a vote with damaged state
    @Test
    void oneBitOfAFollowersLog_isNoticed_andTheMemberReplaced() {
        Load load = cluster.start(3).load().awaitWrites(300);
        Member damaged = cluster.followers().get(0);
        damaged.kill();
        damaged.flipBitInLog();
        damaged.refusesItsLog();
        load.awaitWrites(200);
        cluster.remove(damaged);
        damaged.wipe();
        cluster.add(damaged);
        load.awaitWrites(200);
    }
}
