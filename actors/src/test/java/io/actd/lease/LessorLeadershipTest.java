package io.actd.lease;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.actd.backend.MemoryBackend;
import io.actd.peer.PeerMessage.LeaderQuestionKind;
import io.actd.protocol.Refusal;
import io.actd.protocol.api.InternalRaftRequest;
import io.actd.protocol.api.LeaseCheckpoint;
import io.actd.protocol.api.LeaseKeepAliveResponse;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Spec L-5 to L-7, L-12, L-13, L-18: leaders come and go. */
class LessorLeadershipTest {
    private final LeaseWorld world = new LeaseWorld();

    @AfterEach
    void close() {
        world.close();
    }

    @Test
    void follower_expiresNothing_andAnswersNothing() { // spec L-5, L-13, L-17
        world.grant(1, 5);
        world.passSeconds(60);
        assertTrue(world.exists(1));
        LeaseWorld.assertRefused(Refusal.NO_LEADER, world.keepAliveLater(1));
        world.member.follow(3, 2);
        LeaseWorld.assertRefused(Refusal.NOT_LEADER, world.keepAliveLater(1));
        LeaseWorld.assertRefused(Refusal.NOT_LEADER, world.ask(reply -> new Lessor.TimeToLive(1, false, reply)));
        assertEquals(List.of(1L), world.leases());
    }

    @Test
    void newLeader_givesFullTimeAndAnElectionTimeout() { // spec L-6
        world.grant(1, 10);
        world.passSeconds(8);
        world.promote(2);
        assertEquals(11, world.timeToLive(1).getTTL());
        world.passSeconds(11);
        assertTrue(world.exists(1));
        world.passSeconds(1);
        assertFalse(world.exists(1));
    }

    @Test
    void promotion_waitsUntilEverythingIsApplied() { // spec L-13, faults L4
        world.member.holdReads();
        world.promote(2);
        var keepAlive = world.keepAliveLater(1);
        world.grant(1, 10);
        world.settle();
        assertFalse(keepAlive.isDone());
        world.member.releaseReads();
        assertEquals(10, LeaseWorld.ok(LeaseKeepAliveResponse.class, keepAlive).getTTL());
        assertEquals(11, world.timeToLive(1).getTTL());
    }

    @Test
    void promotionThatCannotBeConfirmed_isRefused_andTriedAgain() { // errors.md: not a primary lessor
        world.grant(1, 10);
        world.member.holdReads();
        world.promote(2);
        var keepAlive = world.keepAliveLater(1);
        world.settle();
        world.member.refuseReads(Refusal.TIMEOUT);
        world.member.releaseReads();
        assertEquals(10, LeaseWorld.ok(LeaseKeepAliveResponse.class, keepAlive).getTTL());

        world.demote(3);
        world.promote(4);
        var refused = world.keepAliveLater(1);
        world.pass(Duration.ofMillis(500));
        LeaseWorld.assertRefused(Refusal.NOT_PRIMARY_LESSOR, refused);
        world.member.refuseReads(null);
        world.pass(Duration.ofMillis(500));
        assertEquals(10, world.keepAlive(1).getTTL());
    }

    @Test
    void demotion_sendsWaitersOn_andStopsExpiry() { // spec L-12, faults L1, L8
        world.promote(2);
        world.grant(1, 5);
        world.member.holdProposals();
        world.passSeconds(6);
        var waiting = world.keepAliveLater(1);
        world.settle();
        world.demote(3);
        LeaseWorld.assertRefused(Refusal.NOT_LEADER, waiting);
        world.member.releaseProposals(); // the revocation under way comes to its end
        assertFalse(world.exists(1));
        world.grant(2, 5);
        world.member.takeProposed();
        world.passSeconds(60);
        assertEquals(List.of(), world.member.takeProposed());
        world.promote(5);
        world.passSeconds(7);
        assertFalse(world.exists(2));
    }

    @Test
    void keepAliveThatMeetsADemotion_isPassedOn_butNotIfAnotherMemberRelayedIt() { // spec L-12
        world.member.holdReads();
        world.promote(2);
        var own = world.keepAliveLater(1);
        var relayed = world.ask(reply -> new Lessor.KeepAlive(1, true, reply));
        world.settle();
        world.demote(3);
        LeaseWorld.assertRefused(Refusal.NOT_LEADER, own);
        LeaseWorld.assertRefused(Refusal.NOT_LEADER, relayed);
        assertEquals(List.of(LeaderQuestionKind.KEEP_ALIVE), List.copyOf(world.passedOn));
    }

    @Test
    void questionThatMeetsADemotion_isToldSo() { // errors.md §6: leader changed
        world.member.holdReads();
        world.promote(2);
        var question = world.ask(reply -> new Lessor.TimeToLive(1, false, reply));
        world.settle();
        world.demote(0);
        LeaseWorld.assertRefused(Refusal.LEADER_CHANGED, question);
    }

    @Test
    void sleepingLeader_confirmsBeforeItRenewsOrRevokes() { // spec L-13, faults L1
        world.promote(2);
        world.grant(1, 5);
        world.grant(2, 60);
        world.member.holdReads();
        world.member.takeProposed();
        world.sleep(Duration.ofSeconds(20));
        var keepAlive = world.keepAliveLater(2);
        world.passSeconds(2);
        assertFalse(keepAlive.isDone());
        assertEquals(List.of(), world.member.takeProposed());
        world.member.releaseReads();
        assertEquals(60, LeaseWorld.ok(LeaseKeepAliveResponse.class, keepAlive).getTTL());
        world.passSeconds(1);
        assertFalse(world.exists(1));
    }

    @Test
    void leadershipSeenBeforeThePromotion_makesRequestsWaitForIt() {
        world.grant(1, 10);
        world.member.lead(2);
        var early = world.keepAliveLater(1);
        world.settle();
        assertFalse(early.isDone());
        world.promote(2);
        assertEquals(10, LeaseWorld.ok(LeaseKeepAliveResponse.class, early).getTTL());
        world.demote(0);
        world.member.lead(3);
        var lost = world.keepAliveLater(1);
        world.settle();
        world.member.follow(0, 4);
        world.pass(Duration.ofMillis(500));
        LeaseWorld.assertRefused(Refusal.NO_LEADER, lost);
    }

    @Test
    void restartedMember_knowsItsLeases() { // spec L-18
        var engine = new MemoryBackend();
        try (var before = new LeaseWorld(new DirectMember(engine))) {
            before.grant(1, 100);
            before.put("k", 1);
            before.member.flush();
            try (var after = new LeaseWorld(new DirectMember(engine))) {
                after.promote(3);
                assertEquals(101, after.timeToLive(1).getTTL());
                assertEquals(1, after.timeToLive(1).getKeysCount());
            }
        }
    }

    @Test
    void longLease_isCheckpointed_andTheNextLeaderGoesOnFromThere() { // spec L-7, faults L2
        world.promote(2);
        world.grant(1, 1000);
        world.grant(2, 299);
        world.grant(3, 301);
        world.member.takeProposed();
        world.passSeconds(290);
        assertEquals(List.of(), world.member.takeProposed());
        world.keepAlive(2);
        world.passSeconds(11);
        assertEquals(
                List.of(LeaseCheckpoint.newBuilder()
                        .setID(1)
                        .setRemainingTTL(701)
                        .build()),
                checkpoints());
        world.passSeconds(100);
        world.demote(3);
        world.promote(4);
        // At most what was left at the checkpoint, and an election timeout.
        assertEquals(702, world.timeToLive(1).getTTL());
    }

    @Test
    void keepAlive_clearsTheCheckpointBeforeItIsAnswered() { // spec L-7
        world.promote(2);
        world.grant(1, 1000);
        world.passSeconds(301);
        world.member.takeProposed();
        world.member.holdProposals();
        var keepAlive = world.keepAliveLater(1);
        world.settle();
        assertFalse(keepAlive.isDone());
        world.member.releaseProposals();
        assertEquals(
                1000, LeaseWorld.ok(LeaseKeepAliveResponse.class, keepAlive).getTTL());
        assertEquals(List.of(LeaseCheckpoint.newBuilder().setID(1).build()), checkpoints());
        world.keepAlive(1);
        assertEquals(List.of(), world.member.takeProposed()); // nothing left to clear
        world.demote(3);
        world.promote(4);
        assertEquals(1001, world.timeToLive(1).getTTL());
    }

    @Test
    void deposedLeaderThatDoesNotKnowYet_endsNothing_andRecordsNothing() { // spec L-7, faults L1
        world.promote(2);
        world.grant(1, 5);
        world.grant(2, 1000);
        world.member.takeProposed();
        world.member.follow(3, 3);
        world.passSeconds(301);
        assertTrue(world.exists(1));
        assertEquals(List.of(), world.member.takeProposed());
    }

    @Test
    void deposedLeaderThatDoesNotKnowYet_passesOnAKeepAliveWhoseCheckpointIsToBeCleared() { // spec L-12
        world.promote(2);
        world.grant(1, 1000);
        world.passSeconds(301);
        world.member.follow(3, 3);
        LeaseWorld.assertRefused(Refusal.NOT_LEADER, world.keepAliveLater(1));
        assertEquals(List.of(LeaderQuestionKind.KEEP_ALIVE), List.copyOf(world.passedOn));
    }

    private List<LeaseCheckpoint> checkpoints() {
        return world.member.takeProposed().stream()
                .filter(InternalRaftRequest::hasLeaseCheckpoint)
                .flatMap(request -> request.getLeaseCheckpoint().getCheckpointsList().stream())
                .toList();
    }

    @Test
    void failedLessor_beginsAnewFromTheAppliedState() {
        world.promote(2);
        world.grant(1, 10);
        world.passSeconds(5);
        world.lessor.tell(new Lessor.KeepAlive(1, outcome -> {
            throw new IllegalStateException("the API layer broke its promise");
        }));
        world.settle();
        assertEquals(11, world.timeToLive(1).getTTL()); // as after a change of leader
        world.passSeconds(12);
        assertFalse(world.exists(1));
    }
}
