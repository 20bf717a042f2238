package io.actd.cluster;

import static io.actd.cluster.TestMember.answered;
import static io.actd.cluster.TestMember.ok;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.actd.copy.CopyFailpoints;
import io.actd.member.MemberChange;
import io.actd.peer.PeerMessage;
import io.actd.peer.PeerMessage.SnapshotAck;
import io.actd.peer.PeerMessage.SnapshotChunk;
import io.actd.protocol.Outcome;
import io.actd.protocol.api.CompactionRequest;
import io.actd.protocol.api.Member;
import io.actd.raft.Message;
import io.actd.wal.WalFailpoints;
import io.actd.world.Failpoints.Reached;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A member that missed more than the others' logs keep goes on with a copy of the store (§7). */
class StoreToPeerTest {
    private static final int MORE_THAN_KEPT = 1300;
    /** The first chunk that is lost of a transfer that gets no further. */
    private static final long HALF = 6;

    @TempDir
    Path dir;

    private final AtomicInteger chunks = new AtomicInteger();

    /** Silence lasts long enough that nobody keeps log for the peer any more: over two checks of the quorum. */
    private static void loseSightOf(TestCluster cluster, TestMember peer) {
        var heartbeats = new AtomicInteger();
        cluster.network.drop(message -> {
            boolean dropped = message.from() == peer.id || message.to() == peer.id;
            boolean heartbeat = message instanceof PeerMessage.Raft raft && raft.message() instanceof Message.Heartbeat;
            if (dropped && heartbeat) heartbeats.incrementAndGet();
            return dropped;
        });
        TestCluster.await("out of sight", () -> heartbeats.get() > 25);
    }

    private static void write(TestMember member, int puts) {
        var answers = new ArrayList<CompletableFuture<Outcome>>();
        for (int i = 0; i < puts; i++) answers.add(member.put("k" + i % 100, "v" + i));
        answers.forEach(TestMember::ok);
    }

    private static void leaveBehind(TestCluster cluster, TestMember peer) {
        loseSightOf(cluster, peer);
        var leader = cluster.leaderAmong(cluster.without(peer));
        write(leader, MORE_THAN_KEPT);
        leader.awaitShortLog();
    }

    /** Everything arrives again; chunks are counted. */
    private void heal(TestCluster cluster) {
        cluster.network.heal();
        seeing(cluster, message -> false);
    }

    private void seeing(TestCluster cluster, Predicate<PeerMessage> dropped) {
        cluster.network.drop(message -> {
            if (message instanceof SnapshotChunk) chunks.incrementAndGet();
            return dropped.test(message);
        });
    }

    /** A store of a dozen chunks; those from {@link #HALF} on are lost. Returns once the follower has the others. */
    private void sendHalf(TestCluster cluster, TestMember follower) {
        loseSightOf(cluster, follower);
        var leader = cluster.leaderAmong(cluster.without(follower));
        var value = "v".repeat(1 << 16);
        for (int i = 0; i < 48; i++) ok(leader.put("large" + i, value));
        write(leader, MORE_THAN_KEPT);
        leader.awaitShortLog();
        var arrived = new AtomicBoolean();
        cluster.network.drop(message -> {
            if (message instanceof SnapshotAck ack && ack.nextSeq() == HALF) arrived.set(true);
            return message instanceof SnapshotChunk chunk && chunk.seq() >= HALF;
        });
        TestCluster.await("half of the store", arrived::get);
        assertEquals(2, follower.stores().size());
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void leaderDiesOrStopsHalfway_theNextOneSendsItsOwnStore_andNothingIsLeftOfTheFirst(boolean stops) {
        try (var cluster = TestCluster.ofThree(dir)) {
            var follower = cluster.follower();
            sendHalf(cluster, follower);
            var leader = cluster.leader();
            if (stops) leader.stop();
            else leader.kill();
            cluster.network.close(leader.id);
            heal(cluster);
            cluster.leader();
            assertEquals("v1299", follower.valueOf("k99"));
            assertTrue(chunks.get() > HALF);
            assertOneStore(follower);
            leader.start();
        }
    }

    @Test
    void receiverDiesHalfway_isSentTheStoreAnew_andNothingIsLeftOfTheFirst() {
        try (var cluster = TestCluster.ofThree(dir)) {
            var follower = cluster.follower();
            sendHalf(cluster, follower);
            // Who dies removes nothing.
            follower.failpoints.arm(CopyFailpoints.BEFORE_DELETE, name -> {
                throw new Reached(name);
            });
            follower.kill();
            assertEquals(2, follower.stores().size());
            follower.failpoints.disarm(CopyFailpoints.BEFORE_DELETE);
            heal(cluster);
            follower.start();
            assertEquals("v1299", follower.valueOf("k99"));
            assertTrue(chunks.get() > HALF);
            assertOneStore(follower);
        }
    }

    private static void assertOneStore(TestMember member) {
        TestCluster.await("one store", () -> member.stores().size() == 1);
    }

    // The tests of persistence die at each of them, and lose what was not synced.
    @ParameterizedTest
    @ValueSource(
            strings = {
                CopyFailpoints.BEFORE_COMPLETE,
                CopyFailpoints.AFTER_COMPLETE,
                WalFailpoints.AFTER_WRITE,
                WalFailpoints.AFTER_MARK,
                CopyFailpoints.BEFORE_DELETE
            })
    void diesWhileInstalling_startsAgain_andCatchesUp(String failpoint) { // D17
        try (var cluster = TestCluster.ofThree(dir)) {
            var follower = cluster.follower();
            leaveBehind(cluster, follower);
            var died = new AtomicBoolean();
            // The first to be deleted is a leftover, if there is one; the second is the store that was replaced.
            var left = new AtomicInteger(failpoint.equals(CopyFailpoints.BEFORE_DELETE) ? 1 : 0);
            Runnable arm = () -> follower.failpoints.arm(failpoint, name -> {
                if (left.getAndDecrement() > 0) return;
                died.set(true);
                throw new Reached(name);
            });
            // The log is written all the time; what is of interest comes once the copy has arrived.
            boolean ofTheLog = WalFailpoints.ALL.contains(failpoint);
            if (!ofTheLog) arm.run();
            seeing(cluster, message -> {
                if (ofTheLog && !died.get() && message instanceof SnapshotAck ack && ack.complete()) arm.run();
                return false;
            });
            TestCluster.await("died at " + failpoint, died::get);
            follower.kill();
            follower.failpoints.disarm(failpoint);
            follower.start();
            assertEquals("v1299", follower.valueOf("k99"));
            assertOneStore(follower);
        }
    }

    @Test
    void joiningMember_isSentWhatTheLogHasForgotten() { // spec OP-36
        try (var cluster = TestCluster.ofThree(dir)) {
            var leader = cluster.leader();
            write(leader, MORE_THAN_KEPT);
            leader.awaitShortLog();
            heal(cluster);
            ok(leader.change(new MemberChange.Add(Member.newBuilder()
                    .setID(4)
                    .addPeerURLs(TestCluster.urlOf(4))
                    .setIsLearner(true)
                    .build())));
            var joined = cluster.join(4);
            TestCluster.await(
                    "promoted", () -> answered(leader.change(new MemberChange.Promote(4))) instanceof Outcome.Ok);
            assertTrue(chunks.get() > 0);
            ok(joined.put("k", "by the new one"));
            cluster.assertAllEqual();
            joined.stop();
            joined.start();
            assertEquals("by the new one", joined.valueOf("k"));
        }
    }

    @Test
    void restartedLeader_whoseLogBeginsAtItsMark_sendsTheStore() {
        try (var cluster = TestCluster.ofThree(dir)) {
            var follower = cluster.follower();
            var others = cluster.without(follower);
            cluster.isolate(follower);
            write(cluster.leaderAmong(others), MORE_THAN_KEPT);
            for (var other : others) {
                other.stop();
                cluster.network.close(other.id);
            }
            others.forEach(TestMember::start);
            cluster.leaderAmong(others).awaitShortLog();
            heal(cluster);
            assertEquals("v1299", follower.valueOf("k99"));
            assertTrue(chunks.get() > 0);
        }
    }

    @Test
    void slowButAlive_isSentNoStore() {
        try (var cluster = TestCluster.ofThree(dir)) {
            var leader = cluster.leader();
            var follower = cluster.follower();
            seeing(
                    cluster,
                    message -> message.to() == follower.id
                            && message instanceof PeerMessage.Raft raft
                            && raft.message() instanceof Message.AppendEntries);
            write(leader, MORE_THAN_KEPT);
            leader.awaitShortLog();
            heal(cluster);
            assertEquals("v1299", follower.valueOf("k99"));
            assertEquals(0, chunks.get());
        }
    }

    @Test
    void writesAndCompactionGoOnMeanwhile() { // D4
        try (var cluster = TestCluster.ofThree(dir)) {
            var leader = cluster.leader();
            var follower = cluster.follower();
            leaveBehind(cluster, follower);
            ok(leader.propose(request ->
                    request.setCompaction(CompactionRequest.newBuilder().setRevision(600))));
            heal(cluster);
            for (int round = 0; round < 10; round++) {
                write(leader, 50);
                long revision = leader.api().state().store().revision() - 20;
                ok(leader.propose(request ->
                        request.setCompaction(CompactionRequest.newBuilder().setRevision(revision))));
            }
            assertEquals("v49", follower.valueOf("k49"));
            assertOneStore(follower);
            assertTrue(chunks.get() > 0);
        }
    }

    @Test
    void leasesGrantedMeanwhile_areThere_andItsOwnOnceItLeads() { // D9, spec L-6
        try (var cluster = TestCluster.ofThree(dir)) {
            var leader = cluster.leader();
            var follower = cluster.follower();
            ok(leader.grant(5, 600));
            leaveBehind(cluster, follower);
            ok(leader.grant(7, 600));
            ok(leader.put("leased", "v", 7));
            ok(leader.propose(request -> request.getLeaseRevokeBuilder().setID(5)));
            heal(cluster);
            assertEquals("v", follower.valueOf("leased"));
            ok(leader.transferTo(follower.id));
            assertEquals(1, follower.timeToLive(7).getKeysCount());
            assertEquals(-1, follower.timeToLive(5).getTTL());
        }
    }

    @Test
    void watchOfAMemberThatWasAway_getsWhatItMissed_once() { // W1, W2, spec W-31
        try (var cluster = TestCluster.ofThree(dir)) {
            var leader = cluster.leader();
            var follower = cluster.follower();
            ok(leader.put("watched", "before"));
            assertEquals("before", follower.valueOf("watched"));
            long from = follower.api().state().store().revision() + 1;
            var watch = follower.watch("watched", from);
            var ofTheFuture = follower.watch("watched", from + 100_000);
            leaveBehind(cluster, follower);
            for (int i = 0; i < 20; i++) ok(leader.put("watched", "missed " + i));
            heal(cluster);
            ok(follower.put("watched", "after"));
            TestCluster.await("all events", () -> watch.size() >= 21);
            var expected = LongStream.range(0, 20).mapToObj(i -> "missed " + i).toList();
            assertEquals(expected, watch.subList(0, 20));
            assertEquals("after", watch.get(20));
            assertEquals(21, watch.size());
            assertTrue(ofTheFuture.isEmpty());
            assertTrue(chunks.get() > 0);
        }
    }
}
