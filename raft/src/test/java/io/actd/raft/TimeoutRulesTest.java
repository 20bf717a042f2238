package io.actd.raft;

import static io.actd.raft.Solo.id;
import static io.actd.raft.Solo.preVote;
import static io.actd.raft.Solo.requestVote;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.actd.raft.Effect.RoleName;
import io.actd.raft.Message.RequestVote;
import io.actd.raft.Message.RequestVoteReply;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/** Election timeouts and how elections end (§5.2), and what timing decides (§5.6): a test per sentence. */
class TimeoutRulesTest {
    /** No timeout is longer: with an election timeout of 10 ticks they lie in 10 to 16. */
    private static final int LONGEST = 16;

    private static Solo candidate(Membership membership) {
        return Solo.of(membership, HardState.ZERO, Solo::noPreVote).on(new Event.Campaign());
    }

    // §5.2, Figure 2: what a leader says, and a vote given, begin the election timeout anew.
    @Test
    void appendsKeepComing_staysFollower() {
        var solo = Solo.inTerm(1);
        for (int i = 0; i < 20; i++) {
            assertEquals(RoleName.FOLLOWER, solo.tick(9).raft.role());
            solo.receive(solo.append(EntryId.ZERO, 0));
        }
    }

    @Test
    void voteGiven_restartsTheElectionTimeout() {
        var solo = Solo.inTerm(2).tick(9).receive(requestVote(2, 2, EntryId.ZERO));
        assertTrue(solo.lastSent(RequestVoteReply.class).granted());
        assertEquals(RoleName.FOLLOWER, solo.tick(9).raft.role());
    }

    @Test
    void voteDenied_doesNotRestartTheElectionTimeout() {
        var solo = Solo.inTerm(2, 1).tick(9).receive(requestVote(2, 2, EntryId.ZERO));
        assertFalse(solo.lastSent(RequestVoteReply.class).granted());
        assertEquals(RoleName.PRE_CANDIDATE, solo.tick(LONGEST - 9).raft.role());
    }

    // Thesis §9.6: who only says that it would vote has not voted.
    @Test
    void preVoteGiven_doesNotRestartTheElectionTimeout() {
        var solo = Solo.inTerm(2).tick(9).receive(preVote(2, 3, EntryId.ZERO));
        assertTrue(solo.lastSent(RequestVoteReply.class).granted());
        assertEquals(RoleName.PRE_CANDIDATE, solo.tick(LONGEST - 9).raft.role());
    }

    @Test
    void oldLeader_doesNotRestartTheElectionTimeout() {
        var solo = Solo.inTerm(2).tick(9).receive(new Message.Heartbeat(2, 1, 1, 0, 0));
        assertEquals(RoleName.PRE_CANDIDATE, solo.tick(LONGEST - 9).raft.role());
    }

    // §5.2: each candidate draws a timeout when its election starts, and waits for it before it starts the next.
    @Test
    void electionTimeout_isDrawnAnewForEachElection() {
        var solo = candidate(Solo.THREE);
        Set<Integer> seen = new HashSet<>();
        for (long term = 1; term <= 40; term++) {
            int ticks = 0;
            while (solo.raft.currentTerm() == term) {
                solo.tick(1);
                ticks++;
            }
            assertEquals(term + 1, solo.raft.currentTerm());
            assertTrue(ticks >= 10 && ticks < 20, "ticks " + ticks);
            seen.add(ticks);
        }
        assertTrue(seen.size() > 5, "timeouts " + seen);
    }

    // §5.2: the next election means a new round of requests; thesis §9.6: asked for first.
    @Test
    void splitVote_asksAnew_withPreVoteFirst() {
        var solo = candidate(Solo.THREE);
        solo.forget();
        solo.tick(LONGEST);
        assertTrue(solo.sent(RequestVote.class).contains(new RequestVote(1, 3, 2, EntryId.ZERO, false, false)));
        var careful = Solo.inTerm(4).on(new Event.Campaign());
        careful.receive(new RequestVoteReply(2, 1, 5, true, true)).tick(LONGEST);
        assertEquals(RoleName.PRE_CANDIDATE, careful.raft.role());
        assertEquals(5, careful.raft.currentTerm());
    }

    // §5.2: a majority of the full cluster, not of those that answer; each voter once, in that term, learners never.
    @Test
    void threeOfFiveVotes_areNeeded_ofVotersOnly() {
        var solo = candidate(Membership.of(Set.of(1L, 2L, 3L, 4L, 5L), Set.of(6L)));
        for (long voter : List.of(2L, 2L, 6L)) {
            solo.receive(new RequestVoteReply(voter, 1, 1, false, true));
        }
        assertEquals(RoleName.CANDIDATE, solo.raft.role());
        solo.receive(new RequestVoteReply(5, 1, 1, false, true));
        assertEquals(RoleName.LEADER, solo.raft.role());
    }

    // Ours: who can not win any more does not go on asking.
    @Test
    void votesDeniedByMajority_givesUpTheElection() {
        var solo = candidate(Solo.THREE);
        solo.receive(new RequestVoteReply(2, 1, 1, false, false)).receive(new RequestVoteReply(3, 1, 1, false, false));
        assertEquals(RoleName.FOLLOWER, solo.raft.role());
        assertEquals(1, solo.raft.currentTerm());
    }

    // §5.2: one vote a term, also for a voter that died in between.
    @Test
    void votedThenRestarted_deniesAnotherOfThatTerm() {
        var group = Group.tuned(Solo::noPreVote, 1, 2, 3);
        group.isolate(2);
        group.lose(message -> message instanceof RequestVoteReply);
        group.elect(1);
        group.heal();
        group.isolate(1);
        group.restart(3);
        group.elect(2);
        assertEquals(1, group.node(3).disk().hardState().votedFor());
        assertEquals(1, group.raft(2).currentTerm());
        assertEquals(RoleName.CANDIDATE, group.raft(2).role());
    }

    // §5.6: with messages much faster than the election timeout a leader is kept.
    @Test
    void messagesArriveInTime_leaderIsKept() {
        var group = Group.tuned(Solo::noPreVote, 1, 2, 3).elect(1);
        group.forget();
        group.tickAll(1000);
        assertEquals(List.of(), group.seen(Effect.RoleChanged.class));
    }

    // §5.6: without a leader for about an election timeout.
    @Test
    void leaderGone_anotherLeadsWithinTwoElectionTimeouts() {
        LongStream.range(0, 50).forEach(seed -> {
            var group = Group.of(1, 2, 3);
            group.node(2).restart(seed, true);
            group.node(3).restart(seed + 100, true);
            group.elect(1).isolate(1);
            int ticks = 0;
            while (group.raft(2).role() != RoleName.LEADER && group.raft(3).role() != RoleName.LEADER) {
                group.tick(2, 1);
                group.tick(3, 1);
                ticks++;
            }
            assertTrue(ticks >= 10 && ticks < 20, "ticks " + ticks);
        });
    }

    // §5.6: a heartbeat has to come before the election timeout.
    @Test
    void electionTimeoutNotAboveTheHeartbeat_isRefused() {
        assertThrows(
                IllegalArgumentException.class,
                () -> new RaftConfig(1, 3, 3, true, true, 512, 8 << 20, 1 << 20, 1 << 28));
    }

    // §5.1: who was away may miss whole terms.
    @Test
    void termsMissed_areSkipped() {
        var solo = Solo.inTerm(1, 1).receive(new Message.AppendEntries(3, 1, 8, id(1, 1), Solo.entries(2, 8), 0));
        assertEquals(id(8, 2), solo.raft.lastEntry());
        assertEquals(8, solo.raft.currentTerm());
    }
}
