package io.actd.member;

import io.actd.protocol.api.Member;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/**
 * How one member is to run. Ids and initial members are already computed (spec OP-38).
 *
 * @param self own name, peer and client URLs; ID set
 * @param start how to begin; but for a forced new cluster without meaning once there is a log
 * @param initialMembers when a cluster is founded its members, when one is joined those it has, this one included, only to
 *     know whom to talk to until the log tells; ascending by id; used only when there is no WAL yet
 * @param dataDir holds {@code member/}
 * @param walDir where the log lives
 * @param heartbeat one tick
 * @param electionTimeout a multiple of {@code heartbeat}
 * @param headStart let the first election timeout be short if there is nobody to wait for (spec operations.md §2.1)
 * @param snapshotCount applied entries between two snapshot marks
 * @param catchupEntries entries kept in memory for slow followers
 * @param quotaBytes effective space quota, 0 or less: none
 * @param diskReserveBytes free space of the disks of store and log below which this member raises NOSPACE; 0: none
 * @param maxRequestBytes largest replicated command
 * @param watchProgressInterval period of progress notes (spec W-21)
 * @param leaseCheckpoints how often the remaining life of long leases is replicated (spec L-7); 0: never
 * @param compactionBatchRows rows removed per batch
 * @param compactionPause pause between batches
 * @param autoCompaction when to compact by itself
 * @param reconfiguration how members may be changed
 * @param serverVersion e.g. {@code 3.6.0}, what Status answers and the cluster version derives from
 */
public record MemberConfig(
        Member self,
        long clusterId,
        Start start,
        List<Member> initialMembers,
        Path dataDir,
        Path walDir,
        int maxWals,
        Duration heartbeat,
        Duration electionTimeout,
        boolean preVote,
        boolean headStart,
        long snapshotCount,
        long catchupEntries,
        long quotaBytes,
        long diskReserveBytes,
        int maxRequestBytes,
        Duration watchProgressInterval,
        Duration leaseCheckpoints,
        int compactionBatchRows,
        Duration compactionPause,
        AutoCompaction autoCompaction,
        Reconfiguration reconfiguration,
        String serverVersion) {
    /** How a member begins. */
    public enum Start {
        /** With the other initial members, from a log all of them begin alike (spec FM-20). */
        FOUND,
        /** In a running cluster that has added it: from an empty log, which the leader fills (spec OP-35). */
        JOIN,
        /** After a disaster: keep the data, forget every other member (spec OP-52). Without a log the same as FOUND. */
        FORCE_NEW_CLUSTER
    }

    /**
     * How the membership may change.
     *
     * @param strict refuse changes after which the cluster could not go on (spec OP-56, M-7)
     * @param maxLearners learners at a time (spec M-5); the same on all members
     */
    public record Reconfiguration(boolean strict, int maxLearners) {
        public static final Reconfiguration DEFAULTS = new Reconfiguration(true, 1);
    }

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
