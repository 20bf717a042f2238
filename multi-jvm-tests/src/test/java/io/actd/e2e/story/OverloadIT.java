package io.actd.e2e.story;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.actd.e2e.cluster.Cluster;
import io.actd.e2e.load.Load;
import io.actd.e2e.load.Pace;
import io.actd.e2e.score.Scoreboard;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.parallel.Isolated;

@Order(Integer.MAX_VALUE) // needs processes of its own
@Isolated
class OverloadIT {
    @RegisterExtension
    final Cluster cluster = new Cluster();

    // faults.md 24, L7
    @Test
    void tenTimesWhatItBears_isAnsweredOrRefused_leasesAreKept_andItRecovers() {
        Load load = cluster.alone().start(3).load();
        load.flood(300, 5_000, 100);
        Pace usual = load.flood(300, 15_000, 100);
        int renewals = load.renewals();
        Pace overloaded = load.flood(3_000, 30_000, 100);
        assertTrue(load.renewals() > renewals);
        Pace recovered = load.flood(300, 15_000, 100);
        System.out.println("usual " + usual + "; overloaded " + overloaded + "; recovered " + recovered);
        assertTrue(overloaded.of(usual) > 0.3, overloaded + " after " + usual);
        assertTrue(recovered.of(usual) > 0.5, recovered + " after " + usual);
        Scoreboard.add("24", Scoreboard.REAL + ", 30 000 requests at a time", "OverloadIT", 1, 0, 1);
    }
}
