package io.actd.e2e.story;

import static org.junit.jupiter.api.Assertions.assertNotEquals;

import io.actd.e2e.cluster.Cluster;
import io.actd.e2e.cluster.Member;
import io.actd.e2e.cluster.TimeBound;
import io.actd.e2e.load.Load;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.parallel.Isolated;

@Isolated
class LeaderMuteIT {
    @RegisterExtension
    final Cluster cluster = new Cluster();

    // faults.md 17: one-way cut
    @Test
    void nothingTheLeaderSaysArrives_anotherTakesOver() {
        Load load = cluster.start(3).load().probe();
        TimeBound bound = TimeBound.writesAreBackWithin(Duration.ofSeconds(2), "17"); // 2 × election timeout
        for (int i = 0; i < Cluster.times(1) || bound.wantsMoreThan(i); i++) {
            Member old = cluster.leader();
            bound.measure(load, () -> cluster.isolateOutbound(old));
            assertNotEquals(old, cluster.leader());
            cluster.heal();
            load.awaitWrites(200);
        }
        load.awaitLeasesEnded(3);
        bound.check();
    }
}
