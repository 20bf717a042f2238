package io.actd.member;

import io.actd.protocol.api.Member;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/**
 * How one member is to run. Ids and initial members are already computed (spec OP-38).
 *
 * @param self own name, peer and client URLs; ID set
 * @param initialMembers bootstrap members, ascending by id; used only when there is no WAL yet
 * @param dataDir holds {@code member/}
 * @param walDir where the log lives
 * @param heartbeat one tick
 * @param electionTimeout a multiple of {@code heartbeat}
 * @param snapshotCount applied entries between two snapshot marks
 * @param catchupEntries entries kept in memory for slow followers
 * @param quotaBytes effective space quota, 0 or less: none
 * @param maxRequestBytes largest replicated command
 * @param watchProgressInterval period of progress notes (spec W-21)
 * @param compactionBatchRows rows removed per batch
 * @param compactionPause pause between batches
 * @param autoCompaction when to compact by itself
 * @param serverVersion e.g. {@code 3.6.0}, what Status answers and the cluster version derives from
 */
public record MemberConfig(
        Member self,
        long clusterId,
        List<Member> initialMembers,
        Path dataDir,
        Path walDir,
        int maxWals,
        Duration heartbeat,
        Duration electionTimeout,
        boolean preVote,
        long snapshotCount,
        long catchupEntries,
        long quotaBytes,
        int maxRequestBytes,
        Duration watchProgressInterval,
        int compactionBatchRows,
        Duration compactionPause,
        AutoCompaction autoCompaction,
        String serverVersion) {
    /** Spec C-7, OP-93. */
    public sealed interface AutoCompaction {
        enum Off implements AutoCompaction {
            INSTANCE
        }

        record Periodic(Duration retention) implements AutoCompaction {}

        record Revisions(long retention) implements AutoCompaction {}
    }

    /** T of the spec: 5 s + 2 × election timeout (spec OP-61). */
    public Duration requestTimeout() {
        return Duration.ofSeconds(5).plus(electionTimeout.multipliedBy(2));
    }

    /** Smallest lease life in seconds (spec L-2). */
    public long minLeaseTtlSeconds() {
        return (electionTimeout.toMillis() * 3 / 2 + 999) / 1000;
    }
}
