package io.actd.cluster;

import static io.actd.cluster.TestMember.ok;
import static io.actd.cluster.TestMember.refused;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.actd.apply.LeaseBook.LeaseInfo;
import io.actd.peer.PeerMessage;
import io.actd.protocol.Refusal;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Spec §12: the leader keeps the clock, any member is asked. */
class LeasesOfManyTest {
    @TempDir
    Path dir;

    @Test
    void leaseOfAFollower_isKeptAliveThere_andExpiresOnce() { // spec L-5, L-10, L-13, L-16
        try (var cluster = TestCluster.ofThree(dir)) {
            var follower = cluster.follower();
            ok(follower.grant(7, 2));
            ok(follower.put("leased", "v", 7));
            for (int i = 0; i < 3; i++) {
                var answer = follower.keepAlive(7);
                assertEquals(2, answer.getTTL());
                assertEquals(follower.id, answer.getHeader().getMemberId()); // spec H-1
                assertEquals(2, answer.getHeader().getRevision()); // spec H-2
            }
            var left = follower.timeToLive(7);
            assertEquals(2, left.getGrantedTTL());
            assertEquals(1, left.getKeysCount());
            assertEquals(-1, follower.timeToLive(8).getTTL());

            cluster.awaitAll("expired", m -> m.localValueOf("leased").isEmpty());
            assertEquals(0, follower.keepAlive(7).getTTL()); // spec L-11
            for (var member : cluster.all()) {
                assertEquals(3, member.api().state().store().revision(), "expired once");
                assertTrue(member.api().state().leases().all().isEmpty());
            }
        }
    }

    @Test
    void answerThatIsLost_isAskedForAgain() { // spec L-13
        try (var cluster = TestCluster.ofThree(dir)) {
            var follower = cluster.follower();
            ok(follower.grant(7, 60));
            var lost = new AtomicInteger();
            cluster.network.drop(message -> message instanceof PeerMessage.LeaderAnswer && lost.getAndIncrement() == 0);
            assertEquals(60, follower.keepAlive(7).getTTL());
            assertEquals(2, lost.get());
        }
    }

    @Test
    void revocation_isTheLeadersOfItsTerm_andIsNotPassedOn() { // faults L1
        try (var cluster = TestCluster.ofThree(dir)) {
            var leader = cluster.leader();
            ok(leader.grant(7, 60));
            long term = leader.api().status().term();
            refused(Refusal.LEADER_CHANGED, leader.revoke(term - 1, 7));
            refused(Refusal.LEADER_CHANGED, cluster.follower().revoke(term, 7));
            assertEquals(1, leader.work.count("proposal failed"));
            assertEquals(60, leader.keepAlive(7).getTTL());
            ok(leader.revoke(term, 7));
            assertEquals(0, cluster.follower().keepAlive(7).getTTL());
        }
    }

    @Test
    void nextLeader_goesOnFromTheRemainingLife() { // spec L-6, L-7
        try (var cluster = TestCluster.ofThree(dir)) {
            var leader = cluster.leader();
            ok(cluster.follower().grant(7, 60));
            cluster.awaitAll("recorded twice", m -> remaining(m) > 0 && remaining(m) < 58);
            long most = remaining(leader);
            long stopped = System.nanoTime();
            leader.stop();
            var next = cluster.leader();
            long least = remaining(next); // may have been recorded once more meanwhile
            long left = next.timeToLive(7).getTTL();
            long gone = Duration.ofNanos(System.nanoTime() - stopped).toSeconds() + 2; // rounded
            assertTrue(left <= most + 1, left + " s left of " + most + " and an election timeout");
            assertTrue(left >= least - gone, left + " s left of " + least + ", " + gone + " s later");
            leader.start();
            cluster.assertAllEqual();
        }
    }

    /** Seconds of the lease's life as last recorded in that member's state; 0 if never. */
    private static long remaining(TestMember member) {
        return member.api().state().leases().all().stream()
                .mapToLong(LeaseInfo::remainingSeconds)
                .findFirst()
                .orElse(0);
    }

    @Test
    void keepAliveWhileTheLeaderChanges_isAnsweredByTheNext() { // spec L-6, L-12
        try (var cluster = TestCluster.ofThree(dir)) {
            var leader = cluster.leader();
            var follower = cluster.follower();
            ok(follower.grant(7, 60));
            cluster.isolate(leader);
            var answer = follower.keepAliveLater(7); // on its way to one that does not hear it
            ok(answer);
            cluster.network.heal();
            assertEquals(60, leader.keepAlive(7).getTTL());
        }
    }
}
