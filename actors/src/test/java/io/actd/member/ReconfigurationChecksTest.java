package io.actd.member;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import io.actd.protocol.Refusal;
import io.actd.protocol.api.Member;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Spec M-7, OP-55, OP-56: one test a row of the table. This member is number 1. */
class ReconfigurationChecksTest {
    private final ManualClock clock = ManualClock.nearOverflow();
    private final Connections connections = new Connections(clock, Duration.ofSeconds(2));
    private final ReconfigurationChecks checks = new ReconfigurationChecks(1, connections);
    private final List<Member> members = new ArrayList<>();

    private void member(long id, String name, boolean learner) {
        members.add(Member.newBuilder()
                .setID(id)
                .setName(name)
                .setIsLearner(learner)
                .build());
    }

    private void voters(int started, int all) {
        for (long id = 1; id <= all; id++) member(id, id <= started ? "m" + id : "", false);
    }

    private void connectedForLong(long... peers) {
        for (int i = 0; i <= 5; i++) {
            for (long peer : peers) connections.heard(peer);
            clock.pass(Duration.ofSeconds(1));
        }
    }

    private @Nullable Refusal add(boolean learner) {
        var change = new MemberChange.Add(
                Member.newBuilder().setID(9).setIsLearner(learner).build());
        return checks.check(change, members);
    }

    private @Nullable Refusal remove(long id) {
        return checks.check(new MemberChange.Remove(id), members);
    }

    @Test
    void lastOfOne_cannotBeRemoved_butAnotherAdded() {
        voters(1, 1);
        assertNull(add(false));
        assertNull(add(true));
        assertEquals(Refusal.NOT_ENOUGH_STARTED, remove(1));
    }

    @Test
    void voterIsAdded_onlyIfEnoughAreStarted_learnersDoNotMatter() {
        voters(2, 3);
        connectedForLong(2, 3);
        assertEquals(Refusal.NOT_ENOUGH_STARTED, add(false));
        assertNull(add(true));
    }

    @Test
    void anyIsAdded_onlyIfAllOfThreeAreConnectedForLong() {
        voters(3, 3);
        connectedForLong(2);
        connections.heard(3);
        assertEquals(Refusal.UNHEALTHY, add(false));
        assertEquals(Refusal.UNHEALTHY, add(true));
        connectedForLong(2, 3);
        assertNull(add(false));
    }

    @Test
    void connectionThatBroke_countsAnew() {
        voters(3, 3);
        connectedForLong(2, 3);
        clock.pass(Duration.ofSeconds(3));
        connections.heard(2);
        connections.heard(3);
        assertEquals(Refusal.UNHEALTHY, add(true));
    }

    @Test
    void deadVoter_mayGo_aLiveOneOnlyIfTheRestIsHealthy() {
        voters(3, 3);
        connectedForLong(2);
        assertNull(remove(3));
        assertEquals(Refusal.UNHEALTHY, remove(2));
        assertEquals(Refusal.UNHEALTHY, remove(1));
        connectedForLong(2, 3);
        assertNull(remove(2));
        assertNull(remove(1));
    }

    @Test
    void voterIsRemoved_onlyIfEnoughOfTheRestAreStarted() {
        voters(2, 3);
        connectedForLong(2, 3);
        assertEquals(Refusal.NOT_ENOUGH_STARTED, remove(2));
        assertNull(remove(3)); // the two that are left are started
    }

    @Test
    void learner_mayAlwaysGo_andIsPromotedOnlyAmongEnoughStarted() {
        voters(1, 3);
        member(4, "", true);
        assertNull(remove(4));
        assertEquals(Refusal.NOT_ENOUGH_STARTED, checks.check(new MemberChange.Promote(4), members));
        members.clear();
        voters(2, 3);
        assertNull(checks.check(new MemberChange.Promote(4), members));
    }

    @Test
    void longestConnected_isTheHeir() { // spec OP-62
        connectedForLong(2);
        connections.heard(2);
        connections.heard(3);
        assertEquals(2, connections.longestConnected(java.util.Set.of(2L, 3L)).getAsLong());
        clock.pass(Duration.ofSeconds(3));
        assertEquals(
                true, connections.longestConnected(java.util.Set.of(2L, 3L)).isEmpty());
    }
}
