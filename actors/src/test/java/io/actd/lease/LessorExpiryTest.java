package io.actd.lease;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.ByteString;
import io.actd.protocol.Refusal;
import io.actd.protocol.api.LeaseKeepAliveResponse;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Spec L-2, L-4, L-5, L-8, L-12: when leases end. */
class LessorExpiryTest {
    private final LeaseWorld world = LeaseWorld.leading();

    @AfterEach
    void close() {
        world.close();
    }

    @Test
    void lease_livesAtLeastItsTime_andLittleLonger() { // spec L-2
        world.grant(1, 10);
        world.pass(Duration.ofSeconds(10));
        assertTrue(world.exists(1));
        world.passSeconds(1);
        assertFalse(world.exists(1));
    }

    @Test
    void timer_runsByItself() {
        world.grant(1, 2);
        world.letTimerRun(Duration.ofSeconds(1));
        world.letTimerRun(Duration.ofSeconds(1));
        assertTrue(world.exists(1));
        world.letTimerRun(Duration.ofSeconds(1));
        assertFalse(world.exists(1));
    }

    @Test
    void leaseThatEndedWhileTheProcessSlept_waitsForProofOfLeadershipOnly() { // spec L-5, L-13
        world.grant(1, 5);
        world.sleep(Duration.ofSeconds(6));
        world.pass(LeaseWorld.SETTINGS.tick());
        assertFalse(world.exists(1));
    }

    @Test
    void shortestLease_isTheMinimum() { // spec L-2, OP-98
        world.grant(1, 0);
        world.passSeconds(2);
        assertTrue(world.exists(1));
        world.passSeconds(1);
        assertFalse(world.exists(1));
    }

    @Test
    void longestLease_neverOverflows() { // spec L-2, faults L4
        world.grant(1, 9_000_000_000L);
        assertEquals(9_000_000_000L, world.timeToLive(1).getTTL());
        assertEquals(9_000_000_000L, world.keepAlive(1).getTTL());
        world.passSeconds(60);
        assertTrue(world.exists(1));
        assertEquals(8_999_999_940L, world.timeToLive(1).getTTL());
    }

    @Test
    void expiry_takesTheKeysAlong() { // spec L-4, R-10
        world.grant(1, 5);
        world.put("a", 1);
        world.put("b", 1);
        long before = world.member.state().store().revision();
        world.passSeconds(6);
        assertEquals(before + 1, world.member.state().store().revision());
        assertEquals(0, world.member.state().store().keyCount());
    }

    @Test
    void keepAlive_postponesExpiry() { // spec L-10
        world.grant(1, 5);
        for (int i = 0; i < 10; i++) {
            world.passSeconds(4);
            assertEquals(5, world.keepAlive(1).getTTL());
        }
        world.passSeconds(5);
        assertTrue(world.exists(1));
        world.passSeconds(1);
        assertFalse(world.exists(1));
    }

    @Test
    void manyAtOnce_goSixteenAtATime_fiveHundredARound() { // spec L-5, faults L9
        for (int i = 1; i <= 700; i++) world.grant(i, 5);
        world.member.takeProposed();
        world.member.holdProposals();
        world.pass(Duration.ofMillis(5500));
        assertEquals(16, world.member.heldProposals());
        for (int i = 0; i < 100; i++) {
            assertTrue(world.member.applyHeld());
            world.settle();
            assertEquals(16, world.member.heldProposals());
        }
        while (world.member.heldProposals() > 0) {
            world.member.applyHeld();
            world.settle();
        }
        assertEquals(500, world.member.takeProposed().size());
        world.member.releaseProposals();
        world.passSeconds(1);
        world.awaitNoLeases();
    }

    @Test
    void refusedRevocation_isTriedAgain() { // spec L-5, faults L7
        world.grant(1, 5);
        world.member.refuseProposals(Refusal.TOO_MANY_REQUESTS);
        world.passSeconds(8);
        assertTrue(world.exists(1));
        world.member.refuseProposals(null);
        world.pass(Duration.ofMillis(500));
        assertFalse(world.exists(1));
    }

    @Test
    void revocationAndExpiryRacing_revokeOnce() { // faults L8
        world.grant(1, 5);
        world.member.holdProposals();
        world.passSeconds(6);
        world.revoke(1);
        world.member.releaseProposals(); // this one finds no lease
        world.grant(1, 5);
        world.passSeconds(4);
        assertTrue(world.exists(1));
        assertEquals(5, world.keepAlive(1).getTTL());
    }

    @Test
    void expiredLease_isStillThereUntilRevoked() { // spec L-8, L-12
        world.grant(1, 5);
        world.member.holdProposals();
        world.passSeconds(7);
        world.put("late", 1);
        assertEquals(0, world.timeToLive(1).getTTL());
        assertEquals(5, world.timeToLive(1).getGrantedTTL());
        var waiting = world.keepAliveLater(1);
        world.settle();
        assertFalse(waiting.isDone());
        world.member.releaseProposals();
        var answer = LeaseWorld.ok(LeaseKeepAliveResponse.class, waiting);
        assertEquals(0, answer.getTTL());
        assertEquals(1, answer.getID());
        assertNull(world.member.state().store().getAt(ByteString.copyFromUtf8("late"), 99));
    }

    @Test
    void keepAliveAfterTheEnd_butBeforeTheTick_waitsToo() { // spec L-12: never renewed once it ended
        world.grant(1, 5);
        world.pass(Duration.ofSeconds(5));
        world.sleep(Duration.ofMillis(100));
        var waiting = world.keepAliveLater(1);
        world.settle();
        assertFalse(waiting.isDone());
        world.pass(Duration.ofMillis(500));
        assertEquals(0, LeaseWorld.ok(LeaseKeepAliveResponse.class, waiting).getTTL());
    }

    @Test
    void grantAgainAfterTheEnd_isANewLease() {
        world.grant(1, 5);
        world.passSeconds(6);
        assertFalse(world.exists(1));
        world.grant(1, 100);
        world.passSeconds(50);
        assertNotNull(world.member.state().leases().find(1));
        assertEquals(50, world.timeToLive(1).getTTL());
    }
}
