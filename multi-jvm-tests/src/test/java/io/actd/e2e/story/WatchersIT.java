package io.actd.e2e.story;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.actd.e2e.cluster.Cluster;
import io.actd.e2e.load.WatcherCrowd;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.parallel.Isolated;

@Order(Integer.MAX_VALUE) // needs processes of its own
@Isolated
class WatchersIT {
    @RegisterExtension
    final Cluster cluster = new Cluster();

    // faults.md 23, W12
    @Test
    void tenThousandWatchers_aThousandStopReading_allSeeEverythingOnce() {
        cluster.alone().start(3);
        try (WatcherCrowd crowd = new WatcherCrowd(cluster.members(), 10_000, 1_000)) {
            crowd.putFor(Duration.ofSeconds(2));
            crowd.stopReading();
            crowd.putFor(Duration.ofSeconds(10));
            crowd.readOn();
            assertEquals(List.of(), crowd.problems());
        }
    }
}
