package io.actd.e2e.story;

import io.actd.e2e.cluster.Cluster;
import io.actd.e2e.cluster.Member;
import io.actd.e2e.load.Load;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.parallel.Isolated;

@Order(Integer.MAX_VALUE) // needs processes of its own
@Isolated
class BulkIT {
    @RegisterExtension
    final Cluster cluster = new Cluster();

    // faults.md 4, D18: many operations, few of them remembered by the log, so that who was away is sent the store
    @Test
    void requestsOfAllKindsByTheThousand_whileMembersComeAndGo() {
        Load load = cluster.alone()
                .start(3, "--snapshot-count=5000", "--snapshot-catchup-entries=1000")
                .load()
                .bulk(50, Cluster.times(14_000));
        Member away = cluster.followers().get(0);
        away.kill();
        load.awaitWrites(10_000);
        away.restart();
        away.awaitSentStore();
        cluster.moveLeader(away);
        load.awaitWrites(1_000);
        Member slow = cluster.leader();
        slow.pause();
        load.awaitWrites(1_000);
        slow.resume();
        load.awaitBulk();
    }
}
