package io.actd.e2e.story;

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
    @RegisterExtension
    final Cluster cluster = new Cluster();

    // faults.md 16, L2: leases and elections go by the monotonic clock alone
    @Test
    void leadersWallClockJumpsAnHour_forthAndBack_andNobodyCares() {
        Load load = cluster.withClockOfItsOwn("m1").start(3).load();
        Member jumpy = cluster.members().get(0);
        if (cluster.leader() != jumpy) {
            cluster.moveLeader(jumpy);
        }
        for (Duration off : List.of(Duration.ofHours(1), Duration.ofHours(-1))) {
            jumpy.clockJump(off);
            load.goOn(Duration.ofSeconds(3)).awaitWrites(100);
        }
    }
}
