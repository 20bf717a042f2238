package io.actd.e2e.story;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.actd.e2e.cluster.Cluster;
import io.actd.e2e.load.Load;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.parallel.Isolated;

@Isolated
class RingIT {
    @RegisterExtension
    final Cluster cluster = new Cluster();

    // faults.md 17: who is heard is not answered, so nobody has a majority; raft §5.3
    @Test
    void eachHearsOnlyTheOneBefore_nothingIsWritten_untilTheNetworkIsWhole() {
        Load load = cluster.start(3).load();
        for (int i = 0; i < Cluster.times(1); i++) {
            cluster.ring();
            assertTrue(load.standsStill(Duration.ofSeconds(3)));
            cluster.heal();
            load.awaitWrites(200);
        }
    }
}
