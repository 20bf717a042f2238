package io.actd.lease;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import com.google.protobuf.ByteString;
import io.actd.protocol.Outcome;
import io.actd.protocol.Refusal;
import io.actd.protocol.api.LeaseKeepAliveResponse;
import io.actd.protocol.api.LeaseTimeToLiveResponse;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Spec L-9 to L-17: what clients are told. */
class LessorAnswersTest {
    private final LeaseWorld world = LeaseWorld.leading();

    @AfterEach
    void close() {
        world.close();
    }

    @Test
    void keepAlive_tellsTheGrantedTime_andTheStoreRevision() { // spec L-10, L-14, H-2
        world.grant(5, 60);
        world.put("k", 5);
        world.passSeconds(20);
        world.member.takeProposed();
        assertEquals(
                LeaseKeepAliveResponse.newBuilder()
                        .setHeader(world.member.header(2))
                        .setID(5)
                        .setTTL(60)
                        .build(),
                world.keepAlive(5));
        assertEquals(List.of(), world.member.takeProposed()); // not replicated
    }

    @Test
    void keepAliveOfAnUnknownLease_tellsZero() { // spec L-11, faults L3
        assertEquals(0, world.keepAlive(77).getTTL());
        world.grant(5, 60);
        world.revoke(5);
        var answer = world.keepAlive(5);
        assertEquals(0, answer.getTTL());
        assertEquals(5, answer.getID());
    }

    @Test
    void keepAliveRightAfterAGrantElsewhere_waitsUntilItIsApplied() { // spec L-13, faults L5
        world.member.holdReads();
        var answer = world.keepAliveLater(5);
        world.settle();
        assertFalse(answer.isDone());
        world.grant(5, 60);
        world.member.releaseReads();
        assertEquals(60, LeaseWorld.ok(LeaseKeepAliveResponse.class, answer).getTTL());
    }

    @Test
    void grantNotShownYet_isFoundInTheAppliedState() { // spec L-13
        world.member.onChanges(changes -> {}); // the mailbox has not shown it
        world.grant(5, 60);
        assertEquals(60, world.keepAlive(5).getTTL());
        world.grant(6, 60);
        assertEquals(60, world.timeToLive(6).getTTL());
    }

    @Test
    void revocationNotShownYet_isFoundInTheAppliedState() { // faults L3
        world.grant(5, 60);
        world.member.onChanges(changes -> {}); // the mailbox has not shown it
        world.revoke(5);
        assertEquals(0, world.keepAlive(5).getTTL());
        assertEquals(-1, world.timeToLive(5).getTTL());
    }

    @Test
    void revocationCommittedButNotAppliedYet_isAwaited() { // spec L-13, faults L3
        world.grant(5, 60);
        world.member.holdReads();
        world.member.leadAhead(2);
        var renewal = world.keepAliveLater(5);
        var life = world.ask(reply -> new Lessor.TimeToLive(5, false, reply));
        world.settle();
        assertFalse(renewal.isDone());
        assertFalse(life.isDone());
        world.revoke(5);
        world.member.releaseReads();
        assertEquals(0, LeaseWorld.ok(LeaseKeepAliveResponse.class, renewal).getTTL());
        assertEquals(-1, LeaseWorld.ok(LeaseTimeToLiveResponse.class, life).getTTL());
    }

    /** A new leader may have ended the lease already. */
    @Test
    void othersVote_leadershipIsProvedFirst() { // spec L-13, faults L1
        world.grant(5, 60);
        world.member.addVoters();
        world.member.refuseReads(Refusal.TIMEOUT);
        LeaseWorld.assertRefused(Refusal.TIMEOUT, world.keepAliveLater(5));
        LeaseWorld.assertRefused(Refusal.TIMEOUT, world.ask(reply -> new Lessor.TimeToLive(5, false, reply)));
    }

    /** It still leads for an election timeout, and the only voter left may have ended the lease already. */
    @Test
    void leaderThatWasRemoved_provesItsLeadershipFirst() { // spec L-13, faults L1
        world.grant(5, 60);
        world.member.addVoters();
        world.member.removeItself();
        world.member.refuseReads(Refusal.TIMEOUT);
        LeaseWorld.assertRefused(Refusal.TIMEOUT, world.keepAliveLater(5));
        LeaseWorld.assertRefused(Refusal.TIMEOUT, world.ask(reply -> new Lessor.TimeToLive(5, false, reply)));
    }

    @Test
    void appliedStateOutOfReach_isAnErrorNotAZero() { // spec L-13, L-15
        world.member.refuseReads(Refusal.TIMEOUT);
        LeaseWorld.assertRefused(Refusal.TIMEOUT, world.keepAliveLater(77));
        LeaseWorld.assertRefused(Refusal.TIMEOUT, world.ask(reply -> new Lessor.TimeToLive(77, false, reply)));
    }

    @Test
    void timeToLive_isRoundedDown_withKeysOnlyOnDemand() { // spec L-16, L-9
        world.grant(5, 60);
        world.put("a", 5);
        world.put("b", 5);
        world.put("c", 5);
        world.put("c", 0);
        world.pass(Duration.ofMillis(1500));
        var answer = world.timeToLive(5);
        assertEquals(58, answer.getTTL());
        assertEquals(60, answer.getGrantedTTL());
        assertEquals(
                Set.of(ByteString.copyFromUtf8("a"), ByteString.copyFromUtf8("b")), Set.copyOf(answer.getKeysList()));
        var bare = LeaseWorld.ok(
                LeaseTimeToLiveResponse.class, world.ask(reply -> new Lessor.TimeToLive(5, false, reply)));
        assertEquals(0, bare.getKeysCount());
    }

    @Test
    void timeToLiveOfAnUnknownLease_isMinusOne() { // spec L-16
        assertEquals(
                LeaseTimeToLiveResponse.newBuilder()
                        .setHeader(world.member.header(1))
                        .setID(77)
                        .setTTL(-1)
                        .build(),
                world.timeToLive(77));
    }

    @Test
    void leases_areListedByRemainingTime() { // spec L-17
        world.grant(1, 300);
        world.grant(2, 100);
        world.grant(3, 200);
        assertEquals(List.of(2L, 3L, 1L), world.leases());
        world.passSeconds(60);
        world.keepAlive(2);
        world.keepAlive(3);
        assertEquals(List.of(2L, 3L, 1L), world.leases());
        world.passSeconds(60);
        world.keepAlive(3);
        world.keepAlive(2);
        world.keepAlive(1);
        assertEquals(List.of(2L, 3L, 1L), world.leases());
    }

    @Test
    void manyKeepAlivesAtOnce_areAnsweredEach() { // spec L-10
        world.grant(5, 60);
        var answers =
                IntStream.range(0, 1000).mapToObj(i -> world.keepAliveLater(5)).toList();
        for (CompletableFuture<Outcome> answer : answers) {
            assertEquals(60, LeaseWorld.ok(LeaseKeepAliveResponse.class, answer).getTTL());
        }
    }
}
