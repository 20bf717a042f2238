package io.actd.cluster;

import static io.actd.cluster.TestMember.answered;
import static io.actd.cluster.TestMember.ok;
import static io.actd.cluster.TestMember.refused;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.actd.peer.PeerMessage;
import io.actd.protocol.Outcome;
import io.actd.protocol.Refusal;
import io.actd.protocol.api.PutResponse;
import io.actd.raft.Message;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Three members: clients of any of them, and what becomes of clients when the leader is lost. */
class ClusterTest {
    @TempDir
    Path dir;

    @Test
    void eachMember_reportsWhatItApplies_andTheLeaderHowFarItsPeersAre() { // spec operations.md §8.1, §8.3
        try (var cluster = TestCluster.ofThree(dir)) {
            var follower = cluster.follower();
            ok(follower.put("k", "v"));
            refused(Refusal.LEASE_NOT_FOUND, follower.put("k", "v", 77));
            cluster.assertAllEqual();
            cluster.awaitAll("both puts", m -> m.work.count("Put") == 1 && m.work.count("Put refused") == 1);
            var leader = cluster.leader();
            var peers = cluster.without(leader).stream().map(m -> m.id).collect(Collectors.toSet());
            TestCluster.await("both timed", () -> leader.work.timedPeers.equals(peers));
        }
    }

    @Test
    void heirStops_theNextIsAsked_andNobodyIsWaitedFor() { // spec OP-62
        try (var cluster = TestCluster.ofThree(dir, Duration.ofSeconds(5))) {
            var leader = cluster.leader();
            var asked = new CopyOnWriteArrayList<Long>();
            cluster.network.drop(message -> {
                boolean order =
                        message instanceof PeerMessage.Raft raft && raft.message() instanceof Message.TimeoutNow;
                if (order && message.from() == leader.id) asked.addIfAbsent(message.to());
                return order;
            });
            var stopped = leader.stopLater();
            TestCluster.await("first heir", () -> asked.size() == 1);
            cluster.member(asked.getFirst()).stop();
            TestCluster.await("second heir", () -> asked.size() == 2);
            cluster.member(asked.getLast()).stop();
            answered(stopped);
            cluster.all().forEach(TestMember::start);
        }
    }

    @Test
    void publicationIsLost_memberPublishesAgain_withoutWaitingForItsTimeout() { // spec M-2
        try (var cluster = TestCluster.ofThree(dir)) {
            var follower = cluster.follower();
            follower.stop();
            var lost = new AtomicBoolean();
            cluster.network.drop(message -> message.from() == follower.id
                    && message instanceof PeerMessage.Raft raft
                    && raft.message() instanceof Message.ForwardedProposal
                    && !lost.getAndSet(true));
            follower.start();
            answered(follower.ready());
            assertTrue(lost.get());
            assertEquals(0, follower.work.count("proposal failed"));
        }
    }

    @Test
    void founders_electOne_publishAll_andDecideTheVersion() { // spec M-2, MT-17, OP-31
        try (var cluster = TestCluster.ofThree(dir)) {
            var leader = cluster.leader();
            assertTrue(leader.api().status().isLeader());
            cluster.awaitAll("published", m -> m.api().state().members().all().stream()
                    .allMatch(member -> member.getClientURLsCount() == 1));
            cluster.awaitAll(
                    "version", m -> "3.6.0".equals(m.api().state().members().clusterVersion()));
        }
    }

    @Test
    void putAtAnyMember_isVisibleEverywhere_toLinearizableReads() { // spec RG-1
        try (var cluster = TestCluster.ofThree(dir)) {
            for (var writer : cluster.all()) {
                for (var reader : cluster.all()) {
                    var key = "k" + writer.id;
                    var value = "for " + reader.id;
                    var response = ok(PutResponse.class, writer.put(key, value));
                    assertEquals(writer.id, response.getHeader().getMemberId()); // spec H-1
                    assertEquals(value, reader.valueOf(key));
                }
            }
            var answers = new ArrayList<CompletableFuture<Outcome>>();
            for (int i = 0; i < 3000; i++) answers.add(cluster.member(1 + i % 3).put("many" + i % 50, "v" + i));
            for (var answer : answers) ok(answer);
        }
    }

    @Test
    void leaderCutOff_anotherOneLeads_andNothingOldIsRead() { // spec RG-1, RG-3
        try (var cluster = TestCluster.ofThree(dir)) {
            var old = cluster.leader();
            var others = cluster.without(old);
            ok(old.put("k", "before"));
            cluster.isolate(old);
            var lateRead = old.get("k");
            var next = cluster.leaderAmong(others);
            ok(next.put("k", "after"));
            TestCluster.await(
                    "the old leader steps down", () -> !old.api().status().hasLeader());
            var heldWrite = old.put("k", "held");
            assertFalse(lateRead.isDone(), "a leader that is cut off can not confirm a read");

            cluster.network.heal();
            refused(Refusal.LEADER_CHANGED, lateRead);
            ok(heldWrite); // it was never handed to anybody before
            assertEquals("held", old.valueOf("k"));
        }
    }

    @Test
    void leaderThatStaysCutOff_refusesItsClientsAfterT() { // spec LM-1, RG-3, errors.md §6
        try (var cluster = TestCluster.ofThree(dir)) {
            var old = cluster.leader();
            cluster.isolate(old);
            var appended = old.put("k", "appended but never committed");
            TestCluster.await(
                    "the old leader steps down", () -> !old.api().status().hasLeader());
            var held = old.put("k", "never handed to the rules");
            var read = old.get("k");
            var keepAlive = old.keepAliveLater(7);
            refused(Refusal.TIMEOUT, appended);
            refused(Refusal.NO_LEADER, keepAlive);
            refused(Refusal.DEADLINE_EXCEEDED, held);
            refused(Refusal.TIMEOUT, read);
            cluster.network.heal();
            cluster.leader();
            assertEquals("", old.valueOf("k")); // and what was refused is not proposed afterwards
        }
    }

    @Test
    void followerCutOff_catchesUp() {
        try (var cluster = TestCluster.ofThree(dir)) {
            var leader = cluster.leader();
            var follower = cluster.follower();
            cluster.isolate(follower);
            for (int i = 0; i < 100; i++) ok(leader.put("k" + i, "v"));
            cluster.network.heal();
            assertEquals("v", follower.valueOf("k99"));
        }
    }

    /** Over sockets: what finds no room on its way to a peer is lost for good, and the leader sends it again. */
    @Test
    void queuesToPeersOverflow_isCounted_andEverybodyHasEverything() {
        try (var cluster = TestCluster.ofThreeOverSockets(dir, 2)) {
            cluster.assertAllEqual();
            var leader = cluster.leader();
            int before = leader.work.count("send failed"); // while the others were not there yet
            TestCluster.await("overflow", () -> {
                var answers = new ArrayList<CompletableFuture<Outcome>>();
                for (int i = 0; i < 500; i++) answers.add(leader.put("k" + i % 50, "v" + i));
                answers.forEach(TestMember::ok);
                return leader.work.count("send failed") > before;
            });
            for (var member : cluster.all()) assertEquals("v499", member.valueOf("k49"));
        }
    }

    @Test
    void stopOfAll_andStartFromFiles() {
        try (var cluster = TestCluster.ofThree(dir)) {
            ok(cluster.follower().put("k", "v"));
            for (var member : cluster.all()) {
                member.stop();
                cluster.network.close(member.id);
            }
            for (var member : cluster.all()) member.start();
            for (var member : cluster.all()) assertEquals("v", member.valueOf("k"));
            ok(cluster.follower().put("k", "again"));
        }
    }
}
