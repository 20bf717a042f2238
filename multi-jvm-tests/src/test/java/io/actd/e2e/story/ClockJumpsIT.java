package io.actd.e2e.story;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.actd.e2e.cluster.Cluster;
import io.actd.e2e.cluster.Member;
import io.actd.e2e.load.Load;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.parallel.Isolated;

@Order(Integer.MAX_VALUE) // needs processes of its own
@Isolated
class ClockJumpsIT {
    private static final Duration HOUR = Duration.ofHours(1);
    private static final int STROBES = 6;

    @RegisterExtension
    final Cluster cluster = new Cluster();

    // faults.md 16, L2: leases and elections go by the monotonic clock alone
    @Test
    void leadersWallClockJumpsAnHour_forthAndBack_andToAndFro_andItLeadsOn() {
        Load load = cluster.withClockOfItsOwn("m1").start(3).load();
        load.leasesMayEndLaterBy(
                Duration.ofSeconds(1)); // libfaketime makes it slow; a clock that counts is an hour off
        Member jumpy = cluster.members().get(0);
        assertTrue(cluster.leadsOn(jumpy, () -> {
            for (Duration off : List.of(HOUR, HOUR.negated())) {
                jumpy.clockJump(off);
                load.goOn(Duration.ofSeconds(3)).awaitWrites(100);
            }
            for (int i = 0; i < STROBES; i++) { // as often as libfaketime looks, once a second
                jumpy.clockJump(i % 2 == 0 ? HOUR : Duration.ZERO);
            }
            load.awaitWrites(100);
        }));
    }
}
