package io.actd.raft;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.actd.raft.Effect.DropReason;
import io.actd.raft.Effect.RoleName;
import io.actd.raft.Message.AppendEntries;
import java.util.List;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

/** Chapter 4 of the thesis, one member at a time, and leadership transfer (§3.10): a test per sentence. */
class MembershipRulesTest {
    private static DropReason dropped(Solo solo) {
        List<Effect.ProposalDropped> all = solo.seen(Effect.ProposalDropped.class);
        return all.get(all.size() - 1).reason();
    }

    // Thesis §4.1: a change starts only once the one before is committed (and here: applied).
    @Test
    void secondChange_waitsUntilTheFirstIsApplied() {
        var solo = Solo.leader().change("learner 4").change("learner 5");
        assertEquals(DropReason.CONF_CHANGE_PENDING, dropped(solo));
        solo.receive(solo.holds(2, 2)).change("learner 5");
        assertEquals(DropReason.CONF_CHANGE_PENDING, dropped(solo));
        solo.on(new Event.MembershipApplied(2, Solo.THREE.withLearner(4))).forget();
        assertEquals(1, solo.change("learner 5").seen(Effect.Appended.class).size());
    }

    // Thesis §4.1: whoever asks for it; only the leader's owner can tell when to propose it again.
    @Test
    void secondChange_passedOnByAFollower_isReported() {
        var solo = Solo.leader().change("learner 4");
        List<Payload> second = List.of(Store.payload("learner 5"));
        solo.receive(new Message.ForwardedProposal(2, 1, solo.raft.currentTerm(), Entry.Type.CONF_CHANGE, second));
        assertEquals(DropReason.CONF_CHANGE_PENDING, dropped(solo));
    }

    // Thesis §4.1: also when the first was begun by an earlier leader.
    @Test
    void newLeader_unappliedChangeInItsLog_isPending() {
        var change = new Entry(1, 1, Entry.Type.CONF_CHANGE, Store.payload("learner 4"));
        var solo = Solo.inTerm(1);
        solo.receive(new AppendEntries(2, 1, 1, EntryId.ZERO, List.of(change), 0))
                .elect();
        solo.receive(solo.holds(2, 2)).change("learner 5");
        assertEquals(2, solo.raft.commitIndex());
        assertEquals(DropReason.CONF_CHANGE_PENDING, dropped(solo));
        solo.on(new Event.MembershipApplied(1, Solo.THREE.withLearner(4))).forget();
        assertEquals(1, solo.change("learner 5").seen(Effect.Appended.class).size());
    }

    // Erratum to thesis §4.1 (raft-dev, July 2015): not before the leader has committed an entry of its own term.
    @Test
    void changeBeforeFirstOwnCommit_isRefused() {
        var solo = Solo.inTerm(0).elect().change("learner 4");
        assertEquals(DropReason.CONF_CHANGE_PENDING, dropped(solo));
    }

    // Thesis §4.1: with the old and new majority overlapping no two leaders can be elected; so a member does not
    // campaign
    // in a membership it knows to be superseded.
    @Test
    void committedChangeUnapplied_memberDoesNotCampaign() {
        var solo = Solo.inTerm(1);
        var change = new Entry(1, 1, Entry.Type.CONF_CHANGE, Store.payload("voter 4"));
        solo.receive(new AppendEntries(2, 1, 1, EntryId.ZERO, List.of(change), 1))
                .tick(30);
        assertEquals(RoleName.FOLLOWER, solo.raft.role());
        assertEquals(0, solo.raft.leader());
        solo.on(new Event.MembershipApplied(1, Solo.THREE.withVoter(4))).tick(1);
        assertEquals(RoleName.PRE_CANDIDATE, solo.raft.role());
    }

    // Thesis §4.1: a change that another leader's entries replace is none.
    @Test
    void changeReplaced_isPendingNoMore() {
        var change = new Entry(1, 1, Entry.Type.CONF_CHANGE, Store.payload("learner 4"));
        var solo = Solo.inTerm(1).receive(new AppendEntries(2, 1, 1, EntryId.ZERO, List.of(change), 0));
        solo.receive(new AppendEntries(3, 1, 2, EntryId.ZERO, Solo.entries(1, 2), 0))
                .elect();
        solo.receive(solo.holds(2, 2)).forget();
        assertEquals(Solo.THREE, solo.raft.membership());
        assertEquals(1, solo.change("learner 5").seen(Effect.Appended.class).size());
    }

    // Thesis §4.1: requests are answered by whom they come from, not by whom the own membership knows: else nobody new
    // would ever take the entries that make it a member.
    @Test
    void leaderOfAnotherMembership_isFollowed() {
        var solo = Solo.inTerm(1).receive(new AppendEntries(9, 1, 1, EntryId.ZERO, Solo.entries(1, 1), 1));
        assertEquals(9, solo.raft.leader());
        assertEquals(List.of(1L), solo.committed());
    }

    // Thesis §4.2.1: a new server first joins as a non-voting member; the leader replicates to it but does not count
    // it.
    @Test
    void learner_receivesTheLog_doesNotCount() {
        var solo = Solo.leader().change("learner 4");
        solo.receive(solo.holds(2, 2));
        solo.on(new Event.MembershipApplied(2, Solo.THREE.withLearner(4)));
        assertEquals(4, solo.lastSent(AppendEntries.class).to());
        solo.propose("a").receive(solo.holds(4, 3));
        assertEquals(2, solo.raft.commitIndex());
        solo.receive(solo.holds(3, 3));
        assertEquals(3, solo.raft.commitIndex());
    }

    // Thesis §4.2.2: a leader that is removed steps down once the change is committed, and may hand leadership over.
    @Test
    void leaderRemoved_handsOverOnceApplied() {
        var solo = Solo.leader().change("remove 1");
        solo.receive(solo.holds(2, 2)).forget();
        solo.on(new Event.MembershipApplied(2, Solo.THREE.without(1)));
        assertEquals(List.of(new Message.TimeoutNow(1, 2, 1)), solo.sent(Message.TimeoutNow.class));
        assertEquals(DropReason.NOT_A_MEMBER, dropped(solo.propose("a")));
        solo.receive(new Message.RequestVote(2, 1, 2, new EntryId(1, 2), false, true));
        assertEquals(RoleName.FOLLOWER, solo.raft.role());
        assertTrue(solo.lastSent(Message.RequestVoteReply.class).granted());
    }

    // Ours: of two voters the other has to know that it is alone; one message may be lost.
    @Test
    void leaderRemoved_tellsTheCommitForAnElectionTimeout_andStepsDown() {
        var solo = Solo.leader().change("remove 1");
        solo.receive(solo.holds(2, 2));
        solo.on(new Event.MembershipApplied(2, Solo.THREE.without(1))).forget();
        solo.tick(9);
        assertEquals(
                9,
                solo.sent(Message.Heartbeat.class).stream()
                        .filter(m -> m.to() == 2 && m.commitIndex() == 2)
                        .count());
        assertEquals(RoleName.LEADER, solo.raft.role());
        assertEquals(RoleName.FOLLOWER, solo.tick(1).raft.role());
    }

    // Of two voters the one that stays must know, even after a crash, before the one that goes does.
    @Test
    void changeCommitted_isNeitherToldNorApplied_beforeTheOwnDiskSaysSo() {
        var solo = Solo.leader().change("remove 3");
        solo.holdDisk();
        solo.forget();
        solo.receive(solo.holds(2, 2)).tick(1);
        assertEquals(2, solo.raft.commitIndex());
        assertTrue(solo.seen(Effect.Commit.class).isEmpty());
        assertTrue(solo.sent(Message.Heartbeat.class).stream().allMatch(m -> m.commitIndex() <= 1));
        assertTrue(solo.sent(AppendEntries.class).stream().allMatch(m -> m.leaderCommit() == 1));
        var saved = solo.seen(Effect.Persist.class);
        assertTrue(saved.stream()
                .anyMatch(write -> write.mustSync() && write.hardState().commitIndex() == 2));
        solo.writeAll();
        assertEquals(1, solo.seen(Effect.Commit.class).size());
        assertTrue(solo.sent(AppendEntries.class).stream().anyMatch(m -> m.leaderCommit() == 2));
    }

    @Test
    void changeCommitted_followerAppliesIt_onceItsOwnDiskSaysSo() {
        var change = new Entry(1, 1, Entry.Type.CONF_CHANGE, Store.payload("remove 2"));
        var solo = Solo.inTerm(1);
        solo.receive(new AppendEntries(2, 1, 1, EntryId.ZERO, List.of(change), 0));
        solo.holdDisk();
        solo.receive(new Message.Heartbeat(2, 1, 1, 1, 0));
        assertTrue(solo.seen(Effect.Commit.class).isEmpty());
        solo.writeAll();
        assertEquals(1, solo.seen(Effect.Commit.class).size());
    }

    // Thesis §4.1: the new membership decides: a smaller majority may have an entry already.
    @Test
    void memberRemoved_commitIsCountedAnew() {
        var solo = Solo.leader();
        var four = Solo.THREE.withVoter(4);
        solo.change("add 4").receive(solo.holds(2, 2));
        solo.on(new Event.MembershipApplied(2, four));
        solo.change("remove 4");
        solo.receive(solo.holds(2, 3)).receive(solo.holds(3, 3));
        solo.propose("a").receive(solo.holds(2, 4)).forget();
        assertEquals(3, solo.raft.commitIndex(), "two of four are not a majority");
        solo.on(new Event.MembershipApplied(3, four.without(4)));
        assertEquals(4, solo.raft.commitIndex(), "two of three are");
        solo.tick(1);
        assertTrue(solo.sent(Message.Heartbeat.class).stream().noneMatch(m -> m.to() == 4));
    }

    // Thesis §4.2.3: removed servers must not disrupt; but who is not known as a member may still be one: it gets an
    // answer.
    @Test
    void voteRequestOfNonMember_isAnswered_butDoesNotDisturbALeader() {
        var solo = Solo.inTerm(1).receive(Solo.requestVote(9, 2, EntryId.ZERO));
        assertTrue(solo.lastSent(Message.RequestVoteReply.class).granted());
        var leader = Solo.leader().receive(Solo.requestVote(9, 8, new EntryId(7, 7)));
        assertEquals(RoleName.LEADER, leader.raft.role());
    }

    @Test
    void appendReplyOfNonMember_isIgnored() {
        var solo = Solo.leader().propose("a");
        solo.receive(solo.holds(9, 2));
        assertEquals(1, solo.raft.commitIndex());
    }

    // ---- leadership transfer

    // Thesis §3.10: the prior leader stops accepting requests, brings the target up to date, then sends TimeoutNow.
    @Test
    void transfer_targetBehind_isCaughtUpFirst() {
        var solo = Solo.leader().propose("a").on(new Event.TransferLeadership(2));
        assertTrue(solo.sent(Message.TimeoutNow.class).isEmpty());
        assertEquals(DropReason.TRANSFER_RUNNING, dropped(solo.propose("b")));
        solo.receive(solo.holds(2, 2));
        assertEquals(2, solo.lastSent(Message.TimeoutNow.class).to());
    }

    /** What was sent may be lost, and who has not applied a change of members yet may not campaign. */
    @Test
    void transferTargetSilent_isAskedAgainWithEachTick() {
        var solo = Solo.leader().propose("a").on(new Event.TransferLeadership(2));
        solo.receive(solo.holds(2, 2)).tick(2);
        assertEquals(3, solo.sent(Message.TimeoutNow.class).size());
    }

    // Thesis §3.10: the target starts an election at once, without a pre-vote, and may be elected despite stickiness.
    @Test
    void timeoutNow_campaignsAtOnce() {
        var solo = Solo.inTerm(1);
        solo.receive(solo.heartbeat(0)).receive(new Message.TimeoutNow(2, 1, 1));
        assertEquals(RoleName.CANDIDATE, solo.raft.role());
        assertTrue(solo.lastSent(Message.RequestVote.class).leadershipTransfer());
    }

    // Thesis §3.10: if it does not complete after about an election timeout, the prior leader resumes.
    @Test
    void transferNotDoneInTime_endsAndLeaderGoesOn() {
        var solo = Solo.leader().on(new Event.TransferLeadership(3)).tick(10);
        assertEquals(List.of(new Effect.TransferEnded(3, false)), solo.seen(Effect.TransferEnded.class));
        assertEquals(1, solo.propose("a").seen(Effect.Appended.class).size());
    }

    // Thesis §3.10: a target that was given up may still campaign; that costs an election and no more.
    @Test
    void transferGivenUp_targetCampaignsAllTheSame_groupGoesOn() {
        var group = Group.of(1, 2, 3).elect(1);
        group.lose(message -> message instanceof Message.TimeoutNow);
        group.node(1).on(new Event.TransferLeadership(2));
        group.tickAll(10);
        assertEquals(List.of(new Effect.TransferEnded(2, false)), group.seen(Effect.TransferEnded.class));
        group.propose(1, "a").heal();
        group.node(2).on(new Event.Receive(new Message.TimeoutNow(1, 2, 1)));
        group.settle().propose(1, "b");
        assertEquals(2, group.raft(1).leader());
        assertEquals(List.of("a", "b"), group.words(3));
    }

    @Test
    void transferDone_isToldOnceTheTargetLeads() {
        var solo = Solo.leader().on(new Event.TransferLeadership(2));
        solo.receive(new Message.RequestVote(2, 1, 2, solo.raft.lastEntry(), false, true));
        assertTrue(solo.seen(Effect.TransferEnded.class).isEmpty());
        solo.receive(solo.heartbeat(0));
        assertEquals(List.of(new Effect.TransferEnded(2, true)), solo.seen(Effect.TransferEnded.class));
    }

    @Test
    void transferTaken_byAnother_failed() {
        var solo = Solo.leader().on(new Event.TransferLeadership(2));
        solo.receive(new Message.Heartbeat(3, 1, 2, 0, 0));
        assertEquals(List.of(new Effect.TransferEnded(2, false)), solo.seen(Effect.TransferEnded.class));
    }

    @Test
    void transferToLearnerOrStranger_orAtAFollower_failsAtOnce() {
        assertEquals(
                List.of(new Effect.TransferEnded(9, false)),
                Solo.leader().on(new Event.TransferLeadership(9)).seen(Effect.TransferEnded.class));
        assertEquals(
                List.of(new Effect.TransferEnded(2, false)),
                Solo.inTerm(1).on(new Event.TransferLeadership(2)).seen(Effect.TransferEnded.class));
    }

    @Test
    void transferAborted_proposalsGoOn() {
        var solo = Solo.leader().on(new Event.TransferLeadership(3)).on(new Event.TransferLeadership(0));
        assertEquals(1, solo.propose("a").seen(Effect.Appended.class).size());
    }

    // A member that is not in the group any more drops its clients' proposals instead of disturbing the leader.
    @Test
    void removedFollower_dropsProposals() {
        var solo = Solo.of(Membership.of(Set.of(2L, 3L), Set.of()), HardState.ZERO, UnaryOperator.identity());
        assertEquals(DropReason.NOT_A_MEMBER, dropped(solo.propose("a")));
    }
}
