package io.actd.e2e.story;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.actd.e2e.cluster.Cluster;
import io.actd.e2e.cluster.Member;
import io.actd.e2e.load.Load;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.parallel.Isolated;

@Isolated
class MajorityLostIT {
    @RegisterExtension
    final Cluster cluster = new Cluster();

    // spec LM-1: nothing is acknowledged without a majority
    @Test
    void twoOfThreeKilled_nothingIsWritten_untilTheyReturn() {
        Load load = cluster.start(3).load();
        for (int i = 0; i < Cluster.times(1); i++) {
            Member survivor = cluster.followers().get(0);
            cluster.members().stream().filter(member -> member != survivor).forEach(Member::kill);
            assertTrue(load.standsStill(Duration.ofSeconds(3)));
            cluster.restartAll();
            load.awaitWrites(200);
        }
    }
}
