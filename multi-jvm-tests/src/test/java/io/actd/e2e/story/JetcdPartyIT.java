package io.actd.e2e.story;

import io.actd.e2e.cluster.Cluster;
import io.actd.e2e.cluster.Member;
import io.actd.e2e.load.Load;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.parallel.Isolated;

/**
 * Three JVMs under a program that uses jetcd: it writes, reads, watches everything and holds leases, in the midst of
 * the usual clients, while one misfortune follows another.
 *
 * <p>What must come out is judged when the story ends ({@link Cluster}):
 *
 * <ul>
 *   <li>no acknowledged write is lost: each put jetcd was told of is in the log at its revision, and each of its reads
 *       shows what the writes complete before it left ({@code RevisionOrderChecker} on what was recorded);
 *   <li>a watch without gap or duplicate: each creation of jetcd's watch is answered with every event from the revision
 *       jetcd asked for ({@code WatchChecker}), and what jetcd hands on is the log, but for revisions it never asked for
 *       ({@code JetcdParty.problems});
 *   <li>leases end neither early nor later than their time, an election timeout and a second, counted from the last
 *       renewal or the last change of leader (spec L-6) and without the time in which nobody could write
 *       ({@code LeaseBook.early}, {@code LeaseBook.late}, {@code Verdict}); and one that jetcd
 *       keeps alive all the while is there at the end ({@code JetcdParty.finish});
 *   <li>all hashes are equal, and equal to the hash of what the clients saw ({@code Cluster.wrongHashes}).
 * </ul>
 */
@Isolated
class JetcdPartyIT {
    @RegisterExtension
    final Cluster cluster = new Cluster();

    // faults.md 8, 20, 21, 26, 27
    @Test
    void killedRestartedWipedAndAddedAgain_leaderMoved_jetcdLosesNothing() {
        Load load = cluster.start(3).load().jetcd(cluster.endpoints());
        for (int i = 0; i < Cluster.times(1); i++) {
            Member killed = cluster.leader();
            killed.kill();
            load.awaitJetcd(20);
            killed.restart();
            cluster.moveLeader(killed);
            load.awaitJetcd(20);
            Member restarted = cluster.followers().get(0);
            restarted.stop();
            load.awaitJetcd(20);
            restarted.restart();
            Member wiped = cluster.followers().get(1);
            wiped.kill();
            cluster.remove(wiped);
            wiped.wipe();
            load.awaitJetcd(20);
            cluster.add(wiped);
            cluster.moveLeader(wiped);
            load.awaitJetcd(20);
        }
    }
}
