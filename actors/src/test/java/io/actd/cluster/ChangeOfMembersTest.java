package io.actd.cluster;

import static io.actd.cluster.TestMember.answered;
import static io.actd.cluster.TestMember.ok;
import static io.actd.cluster.TestMember.refused;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.actd.join.JoinMessage.Described;
import io.actd.member.MemberChange;
import io.actd.member.MemberConfig;
import io.actd.member.MemberEnd;
import io.actd.protocol.Outcome;
import io.actd.protocol.Refusal;
import io.actd.protocol.api.Member;
import io.actd.protocol.api.MemberListResponse;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Spec §16: members come and go, and leadership is handed over. */
class ChangeOfMembersTest {
    @TempDir
    Path dir;

    private static MemberChange add(long id, boolean learner) {
        return new MemberChange.Add(Member.newBuilder()
                .setID(id)
                .addPeerURLs(TestCluster.urlOf(id))
                .setIsLearner(learner)
                .build());
    }

    @Test
    void learner_joins_catchesUp_isPromoted_andRemoved() { // spec M-5, M-8, M-10, OP-36, OP-58
        try (var cluster = TestCluster.ofThree(dir)) {
            ok(cluster.leader().put("k", "v"));
            var follower = cluster.follower();
            var list = ok(MemberListResponse.class, follower.change(add(4, true)));
            assertEquals(4, list.getMembersCount());
            assertEquals(0, list.getHeader().getRevision()); // spec M-12
            refused(Refusal.TOO_MANY_LEARNERS, follower.change(add(5, true)));
            refused(Refusal.LEARNER_NOT_READY, follower.change(new MemberChange.Promote(4))); // it never started

            var joined = cluster.join(4);
            TestCluster.await(
                    "caught up",
                    () -> joined.isReady() && joined.localValueOf("k").equals("v"));
            TestCluster.await(
                    "promoted", () -> answered(follower.change(new MemberChange.Promote(4))) instanceof Outcome.Ok);
            refused(Refusal.MEMBER_NOT_LEARNER, follower.change(new MemberChange.Promote(4)));
            // Only the leader decides, so only it counts (spec operations.md §8.1).
            var work = cluster.leader().work;
            assertEquals(1, work.count("promoted"));
            assertEquals(1, work.count(Refusal.MEMBER_NOT_LEARNER.text()));
            assertTrue(work.count(Refusal.LEARNER_NOT_READY.text()) >= 1);
            ok(joined.put("k", "by the new one"));
            assertEquals("by the new one", joined.valueOf("k"));
            cluster.assertAllEqual();

            ok(follower.change(new MemberChange.Remove(4)));
            assertEquals(MemberEnd.REMOVED, answered(joined.api().ended().toCompletableFuture()));
            joined.awaitEnd();
            refused(Refusal.MEMBER_NOT_FOUND, follower.change(new MemberChange.Remove(4)));
            refused(Refusal.MEMBER_NOT_FOUND, follower.change(add(4, true))); // spec H-7
            joined.start();
            TestCluster.await("refused to start", () -> joined.ready().isCompletedExceptionally());
        }
    }

    @Test
    void changesAtOnce_comeOneAfterTheOther() { // spec M-6
        try (var cluster = TestCluster.ofThree(dir)) {
            var answers = new ArrayList<CompletableFuture<Outcome>>();
            for (var member : cluster.all()) {
                answers.add(
                        member.change(new MemberChange.Update(member.id, List.of("http://127.0.0.1:" + member.id))));
            }
            answers.forEach(TestMember::ok);
            cluster.assertAllEqual();
            for (var member : cluster.leader().api().state().members().all()) {
                assertEquals(List.of("http://127.0.0.1:" + member.getID()), member.getPeerURLsList());
            }
        }
    }

    @Test
    void addedVoter_countsAtOnce_startedOrNot() { // spec M-13
        try (var cluster = TestCluster.ofThree(dir)) {
            ok(cluster.leader().change(add(4, false)));
            cluster.follower().stop();
            // Two of three would go on; two of four are no majority.
            cluster.awaitAll("nobody leads", m -> !m.api().status().hasLeader());
            var joined = cluster.join(4);
            TestCluster.await("ready", joined::isReady);
            ok(cluster.leader().put("k", "v"));
        }
    }

    @Test
    void newMemberLeads_whoWasAwayWhenItJoinedHearsWhereItIs_andCatchesUp() {
        try (var cluster = TestCluster.ofThree(dir)) {
            var away = cluster.follower();
            cluster.isolate(away);
            var present = cluster.without(away);
            ok(cluster.leaderAmong(present).change(add(4, false)));
            var joined = cluster.join(4);
            TestCluster.await("ready", joined::isReady);
            ok(cluster.leaderAmong(present).transferTo(4));
            TestCluster.await("leads", () -> joined.api().status().isLeader());
            ok(joined.put("k", "v"));
            cluster.network.heal();
            TestCluster.await("level", () -> away.localValueOf("k").equals("v"));
        }
    }

    @Test
    void whoWaitsForOthers_isNotReady_butTellsWhoIsInTheCluster() { // spec OP-35
        try (var cluster = TestCluster.ofThree(dir)) {
            ok(cluster.leader().change(add(4, false)));
            cluster.assertAllEqual();
            cluster.all().forEach(TestMember::kill);
            var one = cluster.member(1);
            one.start(); // one of four: who was added may be missing for a majority, and has to ask somebody
            TestCluster.await("tells", () -> one.describe() instanceof Described);
            var told = ((Described) one.describe()).cluster().members();
            assertEquals(
                    List.of(1L, 2L, 3L, 4L), told.stream().map(Member::getID).toList());
            assertFalse(one.isReady());
            cluster.unequalAtTheEnd("one of four has no majority");
        }
    }

    @Test
    void refusalsOfChanges_areEtcds() { // spec M-4, M-9, M-10
        try (var cluster = TestCluster.ofThree(dir)) {
            var follower = cluster.follower();
            refused(Refusal.MEMBER_EXISTS, follower.change(add(2, false)));
            var taken = new MemberChange.Update(1, List.of(TestCluster.urlOf(2)));
            refused(Refusal.PEER_URL_EXISTS, follower.change(taken));
            refused(Refusal.MEMBER_NOT_FOUND, follower.change(new MemberChange.Update(9, List.of("http://a:1"))));
            refused(Refusal.MEMBER_NOT_FOUND, follower.change(new MemberChange.Promote(9)));
            refused(Refusal.MEMBER_NOT_LEARNER, follower.change(new MemberChange.Promote(1)));
        }
    }

    @Test
    void strictChecks_countWhoIsThere() { // spec M-7, OP-55
        try (var cluster = TestCluster.ofThree(dir, MemberConfig.Reconfiguration.DEFAULTS)) {
            var follower = cluster.follower();
            TestCluster.await("hears both", () -> cluster.without(follower).stream()
                    .allMatch(peer -> follower.api().connections().isConnected(peer.id)));
            refused(Refusal.UNHEALTHY, follower.change(add(4, true))); // not yet for so long
        }
    }

    @Test
    void removedLeader_letsTheOthersKnow_andEnds() { // thesis §4.2.2, spec OP-58
        try (var cluster = TestCluster.ofThree(dir)) {
            var leader = cluster.leader();
            var others = cluster.without(leader);
            ok(leader.change(new MemberChange.Remove(leader.id)));
            assertEquals(MemberEnd.REMOVED, answered(leader.api().ended().toCompletableFuture()));
            var next = cluster.leaderAmong(others);
            ok(next.put("k", "v"));
            assertEquals(2, next.api().state().members().all().size());
            leader.awaitEnd();
        }
    }

    @Test
    void leadership_isHandedOver() { // spec MT-12
        try (var cluster = TestCluster.ofThree(dir)) {
            var leader = cluster.leader();
            var heir = cluster.follower();
            refused(Refusal.NOT_LEADER, heir.transferTo(heir.id));
            refused(Refusal.BAD_TRANSFEREE, leader.transferTo(9));
            ok(leader.transferTo(leader.id));
            ok(leader.transferTo(heir.id));
            assertEquals(heir.id, leader.api().status().leader());
            ok(leader.put("k", "v"));
            assertEquals(heir, cluster.leader());

            cluster.isolate(leader);
            refused(Refusal.TIMEOUT_LEADER_TRANSFER, heir.transferTo(leader.id));
            cluster.network.heal();
        }
    }

    @Test
    void leaderThatStops_handsOverFirst() { // spec OP-62
        try (var cluster = TestCluster.ofThree(dir)) {
            var leader = cluster.leader();
            var others = cluster.without(leader);
            leader.stop();
            cluster.network.close(leader.id);
            assertEquals(MemberEnd.STOPPED, answered(leader.api().ended().toCompletableFuture()));
            var next = cluster.leaderAmong(others);
            assertEquals(next.id, leader.api().status().leader(), "it saw the other lead before it ended");
        }
    }
}
