package io.actd.e2e.story;

import io.actd.e2e.cluster.Cluster;
import io.actd.e2e.cluster.Member;
import io.actd.e2e.cluster.TimeBound;
import io.actd.e2e.load.Load;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.parallel.Isolated;

@Isolated
class LeaderKilledIT {
    @RegisterExtension
    final Cluster cluster = new Cluster();

    // faults.md 8, 20, D1, R2, R3, L6
    @Test
    void killedUnderLoad_anotherTakesOver_andItComesBack() {
        Load load = cluster.start(3).load().probe();
        TimeBound bound = TimeBound.writesAreBackWithin(Duration.ofSeconds(2), "20");
        for (int i = 0; i < Cluster.times(2) || bound.wantsMoreThan(i); i++) {
            Member killed = cluster.leader();
            bound.measure(load, killed::kill);
            killed.restart();
            load.awaitWrites(200);
        }
        bound.check();
    }
}
