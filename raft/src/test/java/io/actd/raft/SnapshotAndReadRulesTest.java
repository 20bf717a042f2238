package io.actd.raft;

import static io.actd.raft.Solo.id;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.actd.invariant.Invariant;
import io.actd.raft.Message.AppendEntries;
import io.actd.raft.Message.AppendEntriesReply;
import io.actd.raft.Message.Heartbeat;
import io.actd.raft.Message.HeartbeatReply;
import java.util.List;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

/** §7 and §8 of the Raft paper, thesis §6.4: a test per sentence. */
class SnapshotAndReadRulesTest {
    private static final SnapshotMark MARK = new SnapshotMark(5, 2, Solo.THREE.withLearner(4));

    private static Solo leaderWithCompactedLog() {
        var solo = Solo.leader().propose("a", "b");
        solo.receive(solo.holds(2, 3));
        solo.on(new Event.Compact(new SnapshotMark(3, 1, Solo.THREE), 0)).forget();
        return solo;
    }

    private static Message.InstallSnapshot install(Solo solo, SnapshotMark mark) {
        return new Message.InstallSnapshot(2, 1, solo.raft.currentTerm(), mark);
    }

    // §7: the leader sends a snapshot when it has already discarded the next entry a follower needs.
    @Test
    void peerNeedsDiscardedEntries_isSentTheStore_once() {
        var solo = leaderWithCompactedLog();
        solo.receive(solo.rejects(3, 0, EntryId.ZERO)); // answers the first probe
        assertEquals(List.of(new Effect.SendSnapshot(3)), solo.seen(Effect.SendSnapshot.class));
        solo.receive(new HeartbeatReply(3, 1, 1, 0)).propose("c").tick(1);
        assertEquals(1, solo.seen(Effect.SendSnapshot.class).size());
        assertTrue(solo.sent(AppendEntries.class).stream().noneMatch(m -> m.to() == 3));
    }

    // §7: afterwards the follower goes on with the entries behind the snapshot.
    @Test
    void storeDelivered_peerIsToldToInstall_untilItAcknowledges_thenGetsTheRest() {
        var solo = leaderWithCompactedLog();
        solo.receive(solo.rejects(3, 0, EntryId.ZERO)).propose("c");
        var mark = new SnapshotMark(3, 1, Solo.THREE);
        solo.on(new Event.SnapshotSent(3, mark, true)).receive(new HeartbeatReply(3, 1, 1, 0));
        assertEquals(2, solo.sent(Message.InstallSnapshot.class).size());
        solo.receive(solo.holds(3, 3));
        assertEquals(id(1, 3), solo.lastSent(AppendEntries.class).previous());
        assertEquals(1, solo.lastSent(AppendEntries.class).entries().size());
    }

    // Ours: nothing is proposed while leadership is handed over, and this one could not take it soon.
    @Test
    void peerIsSentTheStore_isNoHeir_andTheLeaderGoesOn() {
        var solo = leaderWithCompactedLog();
        solo.receive(solo.rejects(3, 0, EntryId.ZERO)).on(new Event.TransferLeadership(3));
        assertEquals(List.of(new Effect.TransferEnded(3, false)), solo.seen(Effect.TransferEnded.class));
        solo.propose("c");
        assertEquals(List.of(), solo.seen(Effect.ProposalDropped.class));
    }

    @Test
    void transferFailed_isTriedAgainOnceThePeerAnswers() {
        var solo = leaderWithCompactedLog();
        solo.receive(solo.rejects(3, 0, EntryId.ZERO));
        solo.on(new Event.SnapshotSent(3, new SnapshotMark(3, 1, Solo.THREE), false));
        assertEquals(1, solo.seen(Effect.SendSnapshot.class).size());
        solo.receive(new HeartbeatReply(3, 1, 1, 0));
        assertEquals(2, solo.seen(Effect.SendSnapshot.class).size());
    }

    @Test
    void compaction_keepsCatchUpEntries() {
        var solo = Solo.leader().propose("a", "b");
        solo.receive(solo.holds(2, 3));
        solo.on(new Event.Compact(new SnapshotMark(3, 1, Solo.THREE), 2)).forget();
        solo.receive(solo.rejects(3, 0, EntryId.ZERO));
        assertEquals(List.of(new Effect.SendSnapshot(3)), solo.seen(Effect.SendSnapshot.class));
        solo.on(new Event.SnapshotSent(3, new SnapshotMark(3, 1, Solo.THREE), true));
        solo.receive(solo.holds(3, 1)); // it had an entry more than it said: two from the kept ones are enough
        assertEquals(2, solo.lastSent(AppendEntries.class).entries().size());
    }

    // §7: each member forgets its log for itself, and goes on from there.
    @Test
    void follower_forgetsWhatItHasApplied_andTakesWhatFollows() {
        var solo = Solo.inTerm(1);
        solo.receive(solo.append(EntryId.ZERO, 2, 1, 1, 1));
        solo.on(new Event.Compact(new SnapshotMark(2, 1, Solo.THREE), 0)).receive(solo.append(id(1, 2), 4, 1, 1));
        assertEquals(List.of(1L, 2L, 3L, 4L), solo.committed());
    }

    // §7: only what is committed, and here applied, is ever forgotten.
    @Test
    void forgettingWhatIsNotApplied_breaksAPromise() {
        var solo = Solo.leader().propose("a");
        assertThrows(Invariant.Broken.class, () -> solo.on(new Event.Compact(new SnapshotMark(2, 1, Solo.THREE), 0)));
    }

    // §7: only what nobody needs is discarded, as long as that is not too much.
    @Test
    void compaction_holdsWhatAPeerNeedsThatAnswers() {
        var solo = Solo.leader();
        solo.receive(solo.holds(3, 1)).propose("a", "b", "c");
        solo.receive(solo.holds(2, 4));
        solo.on(new Event.Compact(new SnapshotMark(4, 1, Solo.THREE), 0, 1000)).forget();
        solo.on(new Event.PeerUnreachable(3)).receive(new HeartbeatReply(3, 1, 1, 0));
        assertEquals(List.of(), solo.seen(Effect.SendSnapshot.class));
        assertEquals(3, solo.lastSent(AppendEntries.class).entries().size());
        solo.on(new Event.Compact(new SnapshotMark(4, 1, Solo.THREE), 0, 2)).forget(); // too much
        solo.on(new Event.PeerUnreachable(3)).receive(new HeartbeatReply(3, 1, 1, 0));
        assertEquals(List.of(new Effect.SendSnapshot(3)), solo.seen(Effect.SendSnapshot.class));
    }

    @Test
    void compaction_doesNotWaitForASilentPeer() {
        var solo = Solo.leader().propose("a", "b", "c");
        for (int tick = 0; tick < 30; tick++) {
            solo.tick(1).receive(new HeartbeatReply(2, 1, 1, 0));
        }
        solo.receive(solo.holds(2, 4));
        solo.on(new Event.Compact(new SnapshotMark(4, 1, Solo.THREE), 0, 1000)).forget();
        solo.receive(solo.rejects(3, 0, EntryId.ZERO)).receive(new HeartbeatReply(3, 1, 1, 0));
        assertEquals(List.of(new Effect.SendSnapshot(3)), solo.seen(Effect.SendSnapshot.class));
    }

    // Else the next copy would have to begin when this one is installed, and so on.
    @Test
    void whileTheStoreIsSent_whatFollowsItIsHeld() {
        var solo = leaderWithCompactedLog();
        solo.receive(solo.rejects(3, 0, EntryId.ZERO)).propose("c", "d");
        solo.receive(solo.holds(2, 5));
        solo.on(new Event.Compact(new SnapshotMark(5, 1, Solo.THREE), 0, 1000));
        solo.on(new Event.SnapshotSent(3, new SnapshotMark(3, 1, Solo.THREE), true));
        solo.receive(solo.holds(3, 3));
        assertEquals(2, solo.lastSent(AppendEntries.class).entries().size());
    }

    // §7: the follower replaces its state with the snapshot; the log is discarded, as it has nothing of the mark.
    @Test
    void installSnapshot_newerThanLog_isInstalled_thenAcknowledged() {
        var solo = Solo.inTerm(3, 1, 1);
        solo.receive(install(solo, MARK)).receive(install(solo, MARK));
        assertEquals(List.of(new Effect.InstallSnapshot(MARK, 2)), solo.seen(Effect.InstallSnapshot.class));
        assertTrue(solo.sent(AppendEntriesReply.class).isEmpty());
        solo.on(new Event.SnapshotInstalled(MARK));
        assertEquals(id(2, 5), solo.raft.lastEntry());
        assertEquals(5, solo.raft.commitIndex());
        assertEquals(MARK.membership(), solo.raft.membership());
        assertEquals(5, solo.lastSent(AppendEntriesReply.class).matchIndex());
        solo.receive(solo.append(id(2, 5), 6, 3));
        assertEquals(List.of(6L), solo.committed());
    }

    // §7: entries behind the snapshot are still valid and retained, if the log has the mark's entry.
    @Test
    void installSnapshot_describesPrefixOfLog_keepsTheRest() {
        var solo = Solo.inTerm(3, 1, 2, 2, 2, 2, 2);
        solo.receive(install(solo, MARK));
        assertTrue(solo.seen(Effect.InstallSnapshot.class).isEmpty());
        assertEquals(id(2, 6), solo.raft.lastEntry());
        assertEquals(List.of(1L, 2L, 3L, 4L, 5L), solo.committed());
        assertEquals(5, solo.lastSent(AppendEntriesReply.class).matchIndex());
    }

    @Test
    void installSnapshot_behindCommit_isIgnored() {
        var solo = Solo.of(Solo.THREE, new HardState(3, 0, 6), UnaryOperator.identity(), 1, 2, 2, 2, 2, 2);
        solo.receive(install(solo, MARK));
        assertTrue(solo.seen(Effect.InstallSnapshot.class).isEmpty());
        assertEquals(6, solo.lastSent(AppendEntriesReply.class).matchIndex());
    }

    @Test
    void whileInstalling_nothingIsHandedOut_norCampaigned() {
        var solo = Solo.inTerm(3, 1, 1);
        solo.receive(install(solo, MARK)).receive(solo.heartbeat(2)).tick(30);
        assertEquals(List.of(), solo.committed());
        assertEquals(Effect.RoleName.FOLLOWER, solo.raft.role());
        solo.on(new Event.SnapshotAbandoned(MARK));
        assertEquals(List.of(1L, 2L), solo.committed());
    }

    // ---- reads

    // Thesis §6.4: the leader records its commit index, confirms its leadership with a majority, then answers.
    @Test
    void read_isAnsweredAfterAMajorityConfirmed() {
        var solo = Solo.leader().on(new Event.ReadIndex(7));
        assertTrue(solo.seen(Effect.ReadReady.class).isEmpty());
        solo.receive(new HeartbeatReply(3, 1, 1, solo.lastSent(Heartbeat.class).readRound()));
        assertEquals(List.of(new Effect.ReadReady(7, 1)), solo.seen(Effect.ReadReady.class));
    }

    // Thesis §6.4: only heartbeats sent after the read was asked confirm it.
    @Test
    void olderHeartbeatAnswered_confirmsNothing() {
        var solo = Solo.leader().tick(1).on(new Event.ReadIndex(7)).receive(new HeartbeatReply(3, 1, 1, 0));
        assertTrue(solo.seen(Effect.ReadReady.class).isEmpty());
    }

    // Thesis §6.4: reads that arrive together share one round.
    @Test
    void readsDuringARound_shareTheNext() {
        var solo = Solo.leader().on(new Event.ReadIndex(1));
        solo.on(new Event.ReadIndex(2)).on(new Event.ReadIndex(3)).propose("a");
        solo.receive(solo.holds(2, 2)); // committed after round one began
        solo.receive(new HeartbeatReply(2, 1, 1, 1));
        assertEquals(List.of(new Effect.ReadReady(1, 1)), solo.seen(Effect.ReadReady.class));
        assertEquals(2, solo.lastSent(Heartbeat.class).readRound());
        solo.receive(new HeartbeatReply(2, 1, 1, 2));
        assertEquals(
                List.of(new Effect.ReadReady(1, 1), new Effect.ReadReady(2, 2), new Effect.ReadReady(3, 2)),
                solo.seen(Effect.ReadReady.class));
    }

    @Test
    void roundLost_nextHeartbeatRepeatsIt() {
        var solo = Solo.leader().on(new Event.ReadIndex(1)).tick(1);
        assertEquals(1, solo.lastSent(Heartbeat.class).readRound());
    }

    // §8: a leader must know the latest committed entries; it does once an entry of its own term is committed.
    @Test
    void readBeforeFirstOwnCommit_waits() {
        var solo = Solo.inTerm(0).elect().on(new Event.ReadIndex(7));
        assertTrue(solo.sent(Heartbeat.class).isEmpty());
        solo.receive(solo.holds(2, 1)).receive(new HeartbeatReply(2, 1, 1, 1));
        assertEquals(List.of(new Effect.ReadReady(7, 1)), solo.seen(Effect.ReadReady.class));
    }

    // Thesis §6.4, without the round: of three, leader and asker are the majority it would look for.
    @Test
    void followerOfThreeAsks_isAnsweredAtOnce() {
        var solo = Solo.leader().receive(new Message.ReadIndexRequest(3, 1, 1, 99));
        assertTrue(solo.sent(Heartbeat.class).isEmpty());
        assertEquals(List.of(new Message.ReadIndexReply(1, 3, 1, 99, 1)), solo.sent(Message.ReadIndexReply.class));
    }

    // What is asked in one term says nothing of those before.
    @Test
    void askedInAnEarlierTerm_isNotAnswered() {
        var solo = Solo.inTerm(2).elect();
        solo.receive(solo.holds(2, 1)).receive(new Message.ReadIndexRequest(3, 1, 2, 99));
        assertTrue(solo.sent(Message.ReadIndexReply.class).isEmpty());
        solo.receive(new Message.ReadIndexRequest(3, 1, 3, 100));
        assertEquals(1, solo.sent(Message.ReadIndexReply.class).size());
    }

    @Test
    void followerOfThreeAsks_beforeFirstOwnCommit_waits() {
        var solo = Solo.inTerm(0).elect().receive(new Message.ReadIndexRequest(3, 1, 1, 99));
        assertTrue(solo.sent(Message.ReadIndexReply.class).isEmpty());
        solo.receive(solo.holds(2, 1)).receive(new HeartbeatReply(2, 1, 1, 1));
        assertEquals(List.of(new Message.ReadIndexReply(1, 3, 1, 99, 1)), solo.sent(Message.ReadIndexReply.class));
    }

    @Test
    void learnerAsks_isAnsweredAfterAMajorityConfirmed() {
        var solo = Solo.leader().change("learner 4");
        solo.receive(solo.holds(2, 2)).on(new Event.MembershipApplied(2, Solo.THREE.withLearner(4)));
        solo.receive(new Message.ReadIndexRequest(4, 1, 1, 99));
        assertTrue(solo.sent(Message.ReadIndexReply.class).isEmpty());
        solo.receive(new HeartbeatReply(2, 1, 1, 1));
        assertEquals(List.of(new Message.ReadIndexReply(1, 4, 1, 99, 2)), solo.sent(Message.ReadIndexReply.class));
    }

    @Test
    void followerOfFourAsks_isAnsweredAfterAMajorityConfirmed() {
        var solo = Solo.leader().change("voter 4");
        solo.receive(solo.holds(2, 2)).on(new Event.MembershipApplied(2, Solo.THREE.withVoter(4)));
        solo.receive(new Message.ReadIndexRequest(4, 1, 1, 99)).receive(new HeartbeatReply(2, 1, 1, 1));
        assertTrue(solo.sent(Message.ReadIndexReply.class).isEmpty());
        solo.receive(new HeartbeatReply(3, 1, 1, 1));
        assertEquals(List.of(new Message.ReadIndexReply(1, 4, 1, 99, 2)), solo.sent(Message.ReadIndexReply.class));
    }

    @Test
    void loneVoter_answersAtOnce() {
        var lone = Membership.of(Set.of(1L), Set.of());
        var solo = Solo.of(lone, HardState.ZERO, UnaryOperator.identity()).on(new Event.Campaign());
        assertEquals(
                List.of(new Effect.ReadReady(7, 1)),
                solo.on(new Event.ReadIndex(7)).seen(Effect.ReadReady.class));
    }

    @Test
    void learnerConfirms_doesNotCount() {
        var solo = Solo.leader().change("learner 4");
        solo.receive(solo.holds(2, 2)).on(new Event.MembershipApplied(2, Solo.THREE.withLearner(4)));
        solo.on(new Event.ReadIndex(7)).receive(new HeartbeatReply(4, 1, 1, 1));
        assertTrue(solo.seen(Effect.ReadReady.class).isEmpty());
    }

    @Test
    void leaderDeposed_itsReadsAreDropped() {
        var solo = Solo.leader().on(new Event.ReadIndex(1)).on(new Event.ReadIndex(2));
        solo.receive(new Message.Heartbeat(3, 1, 2, 0, 0));
        assertEquals(
                List.of(new Effect.ReadDropped(1), new Effect.ReadDropped(2)), solo.seen(Effect.ReadDropped.class));
    }

    // Thesis §6.4: followers can serve reads by asking the leader for a read index.
    @Test
    void followerRead_asksTheLeader() {
        var solo = Solo.inTerm(1);
        solo.receive(solo.heartbeat(0)).on(new Event.ReadIndex(7));
        long number = solo.lastSent(Message.ReadIndexRequest.class).readId();
        solo.receive(new Message.ReadIndexReply(2, 1, 1, number, 42));
        solo.receive(new Message.ReadIndexReply(2, 1, 1, number, 42)); // doubled
        assertEquals(List.of(new Effect.ReadReady(7, 42)), solo.seen(Effect.ReadReady.class));
    }

    @Test
    void followerRead_droppedWithoutLeader_onLeaderChange_orWithoutAnswer() {
        assertEquals(
                1,
                Solo.inTerm(1)
                        .on(new Event.ReadIndex(7))
                        .seen(Effect.ReadDropped.class)
                        .size());
        var changed = Solo.inTerm(1);
        changed.receive(changed.heartbeat(0)).on(new Event.ReadIndex(7)).receive(new Message.Heartbeat(3, 1, 2, 0, 0));
        assertEquals(1, changed.seen(Effect.ReadDropped.class).size());
        var silent = Solo.inTerm(1);
        silent.receive(silent.heartbeat(0)).on(new Event.ReadIndex(7));
        for (int i = 0; i < 10; i++) {
            silent.tick(1).receive(silent.heartbeat(0));
        }
        assertEquals(1, silent.seen(Effect.ReadDropped.class).size());
    }

    // Read ids begin anew with each process: an answer to the process before must not answer a later read.
    @Test
    void readAnsweredForEarlierProcess_isNotTakenForOneOfThis() {
        var solo = Solo.inTerm(1);
        solo.receive(solo.heartbeat(0)).on(new Event.ReadIndex(1)).receive(new Message.ReadIndexReply(2, 1, 1, 1, 42));
        assertTrue(solo.seen(Effect.ReadReady.class).isEmpty());
    }
}
