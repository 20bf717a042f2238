package io.actd.raft;

import static io.actd.raft.Solo.id;
import static io.actd.raft.Solo.preVote;
import static io.actd.raft.Solo.requestVote;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.actd.invariant.Invariant;
import io.actd.raft.Effect.RoleName;
import io.actd.raft.Message.AppendEntriesReply;
import io.actd.raft.Message.RequestVote;
import io.actd.raft.Message.RequestVoteReply;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

/** §5.1, §5.2, §5.4.1 of the Raft paper, pre-vote and check-quorum of the thesis: a test per sentence. */
class ElectionRulesTest {
    // §5.1: if one server's current term is smaller than the other's, it updates its term to the larger value.
    @Test
    void laterTermSeen_isTakenOver() {
        var solo = Solo.inTerm(3).receive(new Message.Heartbeat(2, 1, 5, 0, 0));
        assertEquals(5, solo.raft.currentTerm());
        assertEquals(2, solo.raft.leader());
    }

    // §5.1: if a candidate or leader discovers that its term is out of date, it reverts to follower at once.
    @Test
    void leaderSeesLaterTerm_becomesFollower() {
        var solo = Solo.leader().receive(new AppendEntriesReply(3, 1, 9, 0, true, EntryId.ZERO));
        assertEquals(RoleName.FOLLOWER, solo.raft.role());
        assertEquals(9, solo.raft.currentTerm());
    }

    // §5.1: a server that receives a request with a stale term number rejects it.
    @Test
    void staleAppend_isRejectedWithThePresentTerm() {
        var solo = Solo.inTerm(5).receive(new Message.AppendEntries(2, 1, 4, EntryId.ZERO, List.of(), 0));
        assertEquals(5, solo.lastSent(AppendEntriesReply.class).term());
        assertTrue(solo.lastSent(AppendEntriesReply.class).rejected());
        assertEquals(0, solo.raft.leader());
    }

    @Test
    void staleVoteRequest_isDenied() {
        var solo = Solo.inTerm(5).receive(requestVote(2, 4, id(4, 9)));
        assertFalse(solo.lastSent(RequestVoteReply.class).granted());
        assertEquals(5, solo.lastSent(RequestVoteReply.class).term());
    }

    // §5.1: current terms are exchanged whenever servers communicate; late answers change nothing.
    @Test
    void staleReply_isIgnored() {
        var solo = Solo.leader().receive(new AppendEntriesReply(2, 1, 0, 77, false, EntryId.ZERO));
        assertTrue(solo.seen(Effect.class).isEmpty());
    }

    // §5.2: when servers start up, they begin as followers.
    @Test
    void started_isFollower() {
        assertEquals(RoleName.FOLLOWER, Solo.inTerm(3).raft.role());
    }

    // §5.2: a server remains follower as long as it receives valid RPCs from a leader.
    @Test
    void heartbeatsKeepComing_staysFollower() {
        var solo = Solo.inTerm(1);
        for (int i = 0; i < 20; i++) {
            assertEquals(RoleName.FOLLOWER, solo.tick(9).raft.role());
            solo.receive(solo.heartbeat(0));
        }
    }

    // §5.2: leaders send periodic heartbeats to all followers.
    @Test
    void leaderTick_sendsHeartbeatsToAll() {
        var solo = Solo.leader().tick(1);
        assertEquals(2, solo.sent(Message.Heartbeat.class).size());
    }

    // §5.2: a follower that receives no communication over the election timeout begins an election.
    @Test
    void silenceForElectionTimeout_campaigns() {
        var solo = Solo.of(Solo.THREE, HardState.ZERO, Solo::noPreVote).tick(9);
        assertEquals(RoleName.FOLLOWER, solo.raft.role());
        assertEquals(RoleName.CANDIDATE, solo.tick(10).raft.role());
    }

    // §5.2: to begin an election, a follower increments its term, votes for itself and asks the others.
    @Test
    void electionBegins_termRaisedOwnVoteAndRequests() {
        var solo = Solo.of(Solo.THREE, new HardState(4, 2, 0), Solo::noPreVote, 1, 4)
                .on(new Event.Campaign());
        assertEquals(
                new HardState(5, 1, 0), solo.seen(Effect.Persist.class).get(0).hardState());
        assertEquals(
                List.of(
                        new RequestVote(1, 2, 5, id(4, 2), false, false),
                        new RequestVote(1, 3, 5, id(4, 2), false, false)),
                solo.sent(RequestVote.class));
    }

    // §5.2: a candidate wins if it receives votes from a majority in the same term.
    @Test
    void majorityOfVotes_wins_andOnlyOfTheVoters() {
        var solo = Solo.of(Solo.THREE, HardState.ZERO, Solo::noPreVote).on(new Event.Campaign());
        solo.receive(new RequestVoteReply(9, 1, 1, false, true)); // not a member
        assertEquals(RoleName.CANDIDATE, solo.raft.role());
        solo.receive(new RequestVoteReply(3, 1, 1, false, true));
        assertEquals(RoleName.LEADER, solo.raft.role());
    }

    // §5.2: once a candidate wins, it sends heartbeat messages to all to establish its authority (here: its first
    // entry, §8).
    @Test
    void elected_tellsAllAtOnce() {
        var solo = Solo.inTerm(0).elect();
        assertEquals(2, solo.sent(Message.AppendEntries.class).size());
        assertEquals(1, solo.lastSent(Message.AppendEntries.class).entries().size());
    }

    // §5.2: each server votes for at most one candidate in a given term, first come first served.
    @Test
    void secondCandidateOfTerm_isDenied_firstMayAskAgain() {
        var solo = Solo.inTerm(1).receive(requestVote(2, 2, EntryId.ZERO));
        assertTrue(solo.lastSent(RequestVoteReply.class).granted());
        solo.receive(requestVote(3, 2, EntryId.ZERO));
        assertFalse(solo.lastSent(RequestVoteReply.class).granted());
        solo.receive(requestVote(2, 2, EntryId.ZERO));
        assertTrue(solo.lastSent(RequestVoteReply.class).granted());
    }

    @Test
    void voteBeforeCrash_stillBinds() {
        var solo = Solo.of(Solo.THREE, new HardState(2, 2, 0), UnaryOperator.identity());
        solo.receive(requestVote(3, 2, EntryId.ZERO));
        assertFalse(solo.lastSent(RequestVoteReply.class).granted());
    }

    // §5.2: AppendEntries of a leader whose term is at least as large: the candidate returns to follower.
    @Test
    void candidateHearsLeaderOfItsTerm_follows() {
        var solo = Solo.of(Solo.THREE, HardState.ZERO, Solo::noPreVote).on(new Event.Campaign());
        solo.receive(solo.append(EntryId.ZERO, 0, 1));
        assertEquals(RoleName.FOLLOWER, solo.raft.role());
        assertEquals(2, solo.raft.leader());
        assertEquals(id(1, 1), solo.raft.lastEntry());
    }

    // §5.2: if the term in the RPC is smaller, the candidate rejects it and continues in candidate state.
    @Test
    void candidateHearsOldLeader_goesOn() {
        var solo = Solo.of(Solo.THREE, new HardState(4, 0, 0), Solo::noPreVote).on(new Event.Campaign());
        solo.receive(new Message.Heartbeat(2, 1, 4, 0, 0));
        assertEquals(RoleName.CANDIDATE, solo.raft.role());
    }

    // §5.2: with a split vote each candidate will time out and start a new election in a later term.
    @Test
    void splitVote_newElectionInLaterTerm() {
        var solo = Solo.of(Solo.THREE, HardState.ZERO, Solo::noPreVote).on(new Event.Campaign());
        solo.tick(9);
        assertEquals(1, solo.raft.currentTerm());
        assertEquals(2, solo.tick(10).raft.currentTerm());
    }

    // Ours: a denial tells that the vote is split; nobody has to wait for a silence then.
    @Test
    void voteDenied_nextTurnWithinHalfAnElectionTimeout() {
        var solo = Solo.of(Solo.THREE, HardState.ZERO, Solo::noPreVote).on(new Event.Campaign());
        solo.receive(new RequestVoteReply(2, 1, 1, false, false)).tick(5);
        assertEquals(2, solo.raft.currentTerm());
        assertEquals(RoleName.CANDIDATE, solo.raft.role());
    }

    // §5.1: servers retry RPCs if they do not receive a response in a timely manner.
    @Test
    void voteUnanswered_isAskedAgain_onceTheOwnIsDurable() {
        var solo = Solo.of(Solo.THREE, HardState.ZERO, Solo::noPreVote);
        solo.holdDisk();
        solo.on(new Event.Campaign()).tick(1);
        assertTrue(solo.sent(RequestVote.class).isEmpty());
        solo.write();
        assertEquals(2, solo.sent(RequestVote.class).size());
        solo.receive(new RequestVoteReply(2, 1, 1, false, false)).forget();
        solo.tick(1);
        assertEquals(List.of(new RequestVote(1, 3, 1, EntryId.ZERO, false, false)), solo.sent(RequestVote.class));
    }

    // §5.2: election timeouts are chosen randomly from a fixed interval.
    @Test
    void electionTimeouts_differ_withinOnceAndTwiceTheBase() {
        Set<Integer> seen = new HashSet<>();
        for (long id = 1; id <= 30; id++) {
            var group = Group.of(1, 2, 3);
            group.isolate(1);
            group.node(1).restart(id, true);
            int ticks = 0;
            while (group.raft(1).role() == RoleName.FOLLOWER) {
                group.tick(1, 1);
                ticks++;
            }
            assertTrue(ticks >= 10 && ticks < 20, "ticks " + ticks);
            seen.add(ticks);
        }
        assertTrue(seen.size() > 5, "timeouts " + seen);
    }

    // Figure 3, Election Safety: at most one leader can be elected in a given term.
    @Test
    void twoLeadersInOneTerm_breaksAPromise() {
        var solo = Solo.leader();
        assertThrows(Invariant.Broken.class, () -> solo.receive(solo.append(EntryId.ZERO, 0)));
    }

    // §5.4.1: the voter denies its vote if its own log is more up-to-date: later last term, then longer.
    @Test
    void candidateWithOlderLog_isDenied() {
        assertFalse(voteFor(id(1, 9)));
        assertFalse(voteFor(id(2, 1)));
        assertTrue(voteFor(id(2, 2)));
        assertTrue(voteFor(id(2, 3)));
        assertTrue(voteFor(id(3, 1)));
    }

    private static boolean voteFor(EntryId last) {
        return Solo.inTerm(3, 1, 2)
                .receive(requestVote(2, 4, last))
                .lastSent(RequestVoteReply.class)
                .granted();
    }

    // §6: servers disregard RequestVote when they believe a current leader exists, within the minimum election timeout.
    @Test
    void leaderHeardLately_voteRequestChangesNeitherTermNorVote() {
        var solo = Solo.inTerm(1);
        solo.receive(solo.heartbeat(0)).tick(9).receive(requestVote(3, 7, id(5, 5)));
        assertEquals(1, solo.raft.currentTerm());
        assertTrue(solo.sent(RequestVoteReply.class).isEmpty());
        solo.tick(1).receive(requestVote(3, 7, id(5, 5)));
        assertEquals(7, solo.raft.currentTerm());
    }

    // Thesis §4.2.3: unless the leader itself asked for the election (leadership transfer).
    @Test
    void leaderHeardLately_transferVote_isGiven() {
        var solo = Solo.inTerm(1);
        solo.receive(solo.heartbeat(0)).receive(new RequestVote(3, 1, 2, EntryId.ZERO, false, true));
        assertTrue(solo.lastSent(RequestVoteReply.class).granted());
    }

    // Thesis §9.6: a candidate first asks whether it could win, and raises its term only if a majority says yes.
    @Test
    void timeout_withPreVote_asksWithoutChangingTerm() {
        var solo = Solo.inTerm(4).tick(19);
        assertEquals(RoleName.PRE_CANDIDATE, solo.raft.role());
        assertEquals(4, solo.raft.currentTerm());
        assertTrue(solo.lastSent(RequestVote.class).preVote());
        assertEquals(5, solo.lastSent(RequestVote.class).term());
        assertTrue(solo.seen(Effect.Persist.class).isEmpty());
        solo.receive(new RequestVoteReply(3, 1, 5, true, true));
        assertEquals(RoleName.CANDIDATE, solo.raft.role());
        assertEquals(5, solo.raft.currentTerm());
    }

    // Ours: who still keeps to the old leader says nothing, but will not for long.
    @Test
    void preVoteUnanswered_isAskedAgain() {
        var solo = Solo.inTerm(4).on(new Event.Campaign());
        solo.receive(new RequestVoteReply(2, 1, 4, true, false)).forget();
        solo.tick(1);
        assertEquals(List.of(new RequestVote(1, 3, 5, EntryId.ZERO, true, false)), solo.sent(RequestVote.class));
    }

    @Test
    void preVoteDeniedByMajority_staysInTerm() {
        var solo = Solo.inTerm(4).on(new Event.Campaign());
        solo.receive(new RequestVoteReply(2, 1, 4, true, false)).receive(new RequestVoteReply(3, 1, 4, true, false));
        assertEquals(RoleName.FOLLOWER, solo.raft.role());
        assertEquals(4, solo.raft.currentTerm());
    }

    // Thesis §9.6: a server grants a pre-vote if it would vote: the log is up-to-date and no leader was heard lately.
    @Test
    void preVoteAsked_changesNothing_andBindsNobody() {
        var solo = Solo.inTerm(4).receive(preVote(2, 5, EntryId.ZERO)).receive(preVote(3, 5, EntryId.ZERO));
        assertEquals(
                List.of(true, true),
                solo.sent(RequestVoteReply.class).stream()
                        .map(RequestVoteReply::granted)
                        .toList());
        assertEquals(4, solo.raft.currentTerm());
        assertTrue(solo.seen(Effect.Persist.class).isEmpty());
        solo.receive(solo.heartbeat(0)).forget();
        solo.receive(preVote(3, 5, EntryId.ZERO));
        assertTrue(solo.sent(RequestVoteReply.class).isEmpty());
    }

    // Ours: of two that ask at the same moment both would win the pre-vote and then split the votes of a term.
    @Test
    void preVoteGrantedToAHigherId_endsTheOwnAttempt() {
        var solo = Solo.inTerm(4).tick(19).receive(preVote(3, 5, EntryId.ZERO));
        assertTrue(solo.lastSent(RequestVoteReply.class).granted());
        assertEquals(RoleName.FOLLOWER, solo.raft.role());
        assertEquals(4, solo.raft.currentTerm());
        solo.receive(new RequestVoteReply(3, 1, 5, true, true));
        assertEquals(RoleName.FOLLOWER, solo.raft.role());
    }

    @Test
    void preVoteRefusedToAHigherId_leavesTheOwnAttempt() {
        var solo = Solo.of(Solo.THREE, new HardState(4, 0, 0), config -> config, 1, 4)
                .tick(19);
        assertEquals(RoleName.PRE_CANDIDATE, solo.raft.role());
        solo.receive(preVote(3, 5, new EntryId(1, 3)));
        assertFalse(solo.lastSent(RequestVoteReply.class).granted());
        assertEquals(RoleName.PRE_CANDIDATE, solo.raft.role());
    }

    // Thesis §6.2: a leader steps down if an election timeout elapses without a successful round of heartbeats.
    @Test
    void leaderHearsNoMajority_stepsDown() {
        var solo = Solo.leader().tick(10);
        assertEquals(RoleName.LEADER, solo.raft.role()); // heard member 2 in this period
        assertEquals(RoleName.FOLLOWER, solo.tick(10).raft.role());
        assertEquals(1, solo.raft.currentTerm());
    }

    // Faults.md 17: those who still hear it would wait for a silence of their own.
    @Test
    void leaderThatIsCutOff_asksTheMostAdvancedToCampaignAtOnce() {
        var solo = Solo.leader().propose("x");
        solo.receive(solo.holds(3, 2)).tick(20);
        assertEquals(RoleName.FOLLOWER, solo.raft.role());
        assertEquals(List.of(new Message.TimeoutNow(1, 3, 1)), solo.sent(Message.TimeoutNow.class));
    }

    // Two members that campaign in one term would split the votes.
    @Test
    void leaderThatIsCutOff_whileItHandsOver_asksWhomItHandsOverTo() {
        var solo = Solo.leader().propose("x");
        solo.receive(solo.holds(2, 2)).receive(solo.holds(3, 2)).tick(15);
        solo.on(new Event.TransferLeadership(3)).tick(5);
        assertEquals(RoleName.FOLLOWER, solo.raft.role());
        assertEquals(
                List.of(3L),
                solo.sent(Message.TimeoutNow.class).stream()
                        .map(Message::to)
                        .distinct()
                        .toList());
    }

    @Test
    void leaderHearsMajority_goesOn() {
        var solo = Solo.leader();
        for (int i = 0; i < 50; i++) {
            solo.tick(1).receive(new Message.HeartbeatReply(3, 1, 1, 0));
        }
        assertEquals(RoleName.LEADER, solo.raft.role());
    }

    // Thesis §4.2.1: a learner is not counted in majorities and does not campaign.
    @Test
    void learner_neverCampaigns() {
        var solo = Solo.of(Membership.of(Set.of(2L, 3L), Set.of(1L)), HardState.ZERO, UnaryOperator.identity());
        solo.tick(100).on(new Event.Campaign()).receive(new Message.TimeoutNow(2, 1, 0));
        assertEquals(RoleName.FOLLOWER, solo.raft.role());
        assertEquals(0, solo.raft.currentTerm());
    }

    // A learner may have been promoted without knowing it yet: so it answers (§5.2).
    @Test
    void learner_votes() {
        var solo = Solo.of(Membership.of(Set.of(2L, 3L), Set.of(1L)), HardState.ZERO, UnaryOperator.identity());
        solo.receive(requestVote(2, 1, EntryId.ZERO));
        assertTrue(solo.lastSent(RequestVoteReply.class).granted());
    }

    // A leader cut off with a later term would be ignored for ever, and ignore: the stale heartbeat is answered (§5.1).
    @Test
    void staleHeartbeat_isAnsweredWithTheTerm() {
        var solo = Solo.inTerm(5).receive(new Message.Heartbeat(2, 1, 4, 0, 0));
        assertEquals(5, solo.lastSent(AppendEntriesReply.class).term());
        assertNotEquals(2, solo.raft.leader());
    }
}
