package io.actd.simulation;

import io.actd.member.MemberConfig;
import io.actd.protocol.api.Member;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/** How members of a simulation are configured: much as by default, but for what makes rare things frequent. */
public final class MemberSettings {
    static final Duration ELECTION_TIMEOUT = Duration.ofSeconds(1);
    static final Duration LEASE_CHECKPOINTS = Duration.ofSeconds(1);

    private static final long CLUSTER_ID = 0x48276a8f75b6a87L;

    private MemberSettings() {}

    /** @param initial who founds the cluster */
    public static MemberConfig of(Plan plan, Member self, List<Member> initial) {
        var dataDir = Path.of("/" + self.getName());
        return new MemberConfig(
                self,
                CLUSTER_ID,
                MemberConfig.Start.FOUND,
                initial,
                dataDir,
                dataDir.resolve("member").resolve("wal"),
                2,
                Duration.ofMillis(100),
                ELECTION_TIMEOUT,
                true,
                true,
                plan.snapshotCount(),
                plan.catchupEntries(),
                2L << 30,
                0,
                1_572_864,
                Duration.ofSeconds(2),
                LEASE_CHECKPOINTS,
                10,
                Duration.ofMillis(10),
                MemberConfig.AutoCompaction.Off.INSTANCE,
                MemberConfig.Reconfiguration.DEFAULTS,
                "3.6.0");
    }
}
