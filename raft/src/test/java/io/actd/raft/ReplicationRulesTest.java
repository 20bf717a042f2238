package io.actd.raft;

import static io.actd.raft.Solo.id;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.actd.invariant.Invariant;
import io.actd.raft.Message.AppendEntries;
import io.actd.raft.Message.AppendEntriesReply;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

/** §5.3 and §5.4.2 of the Raft paper, and what "durable" means in Figure 2: a test per sentence. */
class ReplicationRulesTest {
    private static UnaryOperator<RaftConfig> window(int messages, long bytes, int messageBytes) {
        return c -> new RaftConfig(c.self(), 10, 1, true, true, messages, bytes, messageBytes, 1000);
    }

    /** Follower of member 2. */
    private static Solo follower(long term, long... logTerms) {
        return Solo.inTerm(term, logTerms);
    }

    // §5.3: the leader appends the command to its log, then issues AppendEntries in parallel to each of the others.
    @Test
    void proposal_isAppended_andSentInParallelWithTheOwnWrite() {
        var solo = Solo.leader();
        solo.receive(solo.holds(3, 1)).forget();
        solo.holdDisk();
        solo.propose("a", "b");
        assertEquals(List.of(new Effect.Appended(2, 2, 1)), solo.seen(Effect.Appended.class));
        assertEquals(2, solo.sent(AppendEntries.class).size());
        assertEquals(id(1, 1), solo.lastSent(AppendEntries.class).previous());
        assertEquals(2, solo.lastSent(AppendEntries.class).entries().size());
    }

    // §5.3: a log entry is committed once the leader that created it has replicated it on a majority.
    @Test
    void majorityHoldsEntry_isCommitted_once() {
        var solo = Solo.leader().propose("a", "b");
        solo.receive(solo.holds(2, 3)).receive(solo.holds(3, 3)).receive(solo.holds(2, 3));
        assertEquals(List.of(2L, 3L), solo.committed());
    }

    @Test
    void leaderCountsItself_onlyOnceDurable() {
        var solo = Solo.leader();
        solo.holdDisk();
        solo.propose("a").receive(solo.holds(2, 2));
        assertEquals(1, solo.raft.commitIndex());
        solo.write();
        assertEquals(2, solo.raft.commitIndex());
        assertEquals(List.of(2L), solo.committed());
    }

    @Test
    void majorityWithoutLeader_commits_butHandsOutOnlyWhatIsDurableHere() {
        var solo = Solo.leader();
        solo.holdDisk();
        solo.propose("a").receive(solo.holds(2, 2)).receive(solo.holds(3, 2));
        assertEquals(2, solo.raft.commitIndex());
        assertEquals(List.of(), solo.committed());
        solo.write();
        assertEquals(List.of(2L), solo.committed());
    }

    // §5.3: the leader includes the highest index it knows to be committed in future AppendEntries.
    @Test
    void commitAdvances_followersAreTold() {
        var solo = Solo.leader().propose("a");
        solo.receive(solo.holds(2, 2));
        assertEquals(2, solo.lastSent(AppendEntries.class).leaderCommit());
    }

    // §5.3: once a follower learns that an entry is committed, it applies it, in log order.
    @Test
    void followerLearnsCommit_handsOutInOrder() {
        var solo = follower(1);
        solo.receive(solo.append(EntryId.ZERO, 0, 1, 1, 1)).receive(solo.heartbeat(2));
        assertEquals(List.of(1L, 2L), solo.committed());
    }

    // Figure 2: commitIndex = min(leaderCommit, index of last new entry).
    @Test
    void leaderCommitBeyondLastNewEntry_commitsOnlyWhatIsKnownEqual() {
        var solo = follower(3, 1, 1, 2);
        solo.receive(solo.append(id(1, 1), 3, 1));
        assertEquals(2, solo.raft.commitIndex());
    }

    // §5.3: if the follower does not find the preceding entry in its log, it refuses the new entries.
    @Test
    void previousEntryMissing_isRejected_withItsLastPossibleEntryAsHint() {
        var solo = follower(5, 1, 1, 4, 4);
        solo.receive(solo.append(id(3, 4), 0, 5));
        assertEquals(new AppendEntriesReply(1, 2, 5, 4, true, id(1, 2)), solo.lastSent(AppendEntriesReply.class));
        solo.receive(solo.append(id(5, 9), 0, 5));
        assertEquals(new AppendEntriesReply(1, 2, 5, 9, true, id(4, 4)), solo.lastSent(AppendEntriesReply.class));
        assertEquals(id(4, 4), solo.raft.lastEntry());
    }

    // §5.3: conflicting entries in follower logs are overwritten with entries from the leader's log.
    @Test
    void conflictingEntry_isCutWithAllThatFollow() {
        var solo = follower(3, 1, 2, 2, 2);
        solo.receive(solo.append(id(1, 1), 0, 3));
        assertEquals(id(3, 2), solo.raft.lastEntry());
        assertEquals(2, solo.lastSent(AppendEntriesReply.class).matchIndex());
    }

    // Figure 2: only an entry that conflicts is a reason to delete; a late message must not cut what came after it.
    @Test
    void lateAppend_cutsNothing() {
        var solo = follower(3, 1, 3, 3, 3);
        solo.receive(solo.append(id(1, 1), 0, 3));
        assertEquals(id(3, 4), solo.raft.lastEntry());
    }

    // §5.3: the leader decrements nextIndex and retries; the hint lets it bypass all conflicting entries of a term.
    @Test
    void rejected_leaderProbesBehindTheHintedTerm() {
        var solo = Solo.of(Solo.THREE, new HardState(6, 0, 0), UnaryOperator.identity(), 1, 1, 1, 4, 4, 5, 5)
                .elect();
        assertEquals(id(5, 7), solo.lastSent(AppendEntries.class).previous());
        solo.receive(solo.rejects(3, 7, id(3, 6)));
        assertEquals(id(1, 3), solo.lastSent(AppendEntries.class).previous());
        assertEquals(5, solo.lastSent(AppendEntries.class).entries().size());
    }

    @Test
    void lateRejection_isIgnored() {
        var solo = Solo.of(Solo.THREE, new HardState(6, 0, 0), UnaryOperator.identity(), 1, 1, 1, 4, 4, 5, 5)
                .elect();
        solo.receive(solo.rejects(3, 7, id(3, 6))).forget();
        solo.receive(solo.rejects(3, 7, id(3, 6)));
        assertTrue(solo.sent(AppendEntries.class).isEmpty());
    }

    // §5.3: a leader never overwrites or deletes entries in its own log (Leader Append-Only).
    @Test
    void leaderElected_keepsItsLog() {
        var solo = Solo.inTerm(2, 1, 2, 2).elect();
        assertEquals(id(3, 4), solo.raft.lastEntry());
        assertEquals(
                1,
                solo.seen(Effect.Persist.class).stream()
                        .mapToInt(p -> p.entries().size())
                        .sum());
    }

    // §5.4.2: a leader commits only entries of its own term by counting replicas, older ones along with them.
    @Test
    void entryOfOlderTermOnMajority_isNotCommitted_untilAnOwnOneIs() {
        var solo = Solo.inTerm(2, 1, 2).elect();
        solo.receive(solo.holds(2, 2)).receive(solo.holds(3, 2));
        assertEquals(0, solo.raft.commitIndex());
        solo.receive(solo.holds(2, 3));
        assertEquals(List.of(1L, 2L, 3L), solo.committed());
    }

    // §5.4.3: a committed entry is in every later leader's log; a message to the contrary must not get through.
    @Test
    void committedEntryContradicted_breaksAPromise() {
        var solo = follower(3, 1, 1);
        solo.receive(solo.append(id(1, 2), 2));
        solo.receive(solo.append(id(1, 1), 2, 3)); // ends before the commit index: answered with what is held
        assertEquals(2, solo.lastSent(AppendEntriesReply.class).matchIndex());
        assertThrows(Invariant.Broken.class, () -> solo.receive(solo.heartbeat(7)));
    }

    // Else the leader, which goes on from what is durable here, would send them again and again.
    @Test
    void committedButNotDurable_whatFollowsIsTakenAllTheSame() {
        var solo = follower(1);
        solo.receive(solo.heartbeat(0));
        solo.holdDisk();
        solo.receive(solo.append(EntryId.ZERO, 2, 1, 1));
        assertEquals(2, solo.raft.commitIndex());
        solo.receive(solo.append(EntryId.ZERO, 2, 1, 1, 1)).receive(solo.append(id(1, 1), 2, 1, 1, 1));
        assertEquals(id(1, 4), solo.raft.lastEntry());
        solo.writeAll();
        assertEquals(4, solo.lastSent(AppendEntriesReply.class).matchIndex());
    }

    // §5.3: a heartbeat's commit index is never above what the peer is known to hold.
    @Test
    void heartbeat_commitNeverAboveWhatThePeerHolds() {
        var solo = Solo.leader().tick(1);
        assertEquals(
                List.of(1L, 0L),
                solo.sent(Message.Heartbeat.class).stream()
                        .map(Message.Heartbeat::commitIndex)
                        .toList());
    }

    // Figure 2, persistent state: updated on stable storage before responding.
    @Test
    void appendAcknowledged_onlyOnceDurable() {
        var solo = follower(1);
        solo.receive(solo.heartbeat(0)).forget();
        solo.holdDisk();
        solo.receive(solo.append(EntryId.ZERO, 0, 1));
        assertTrue(solo.sent(AppendEntriesReply.class).isEmpty());
        solo.write();
        assertEquals(1, solo.lastSent(AppendEntriesReply.class).matchIndex());
    }

    @Test
    void voteGiven_onlyOnceDurable() {
        var solo = follower(1);
        solo.holdDisk();
        solo.receive(Solo.requestVote(2, 2, EntryId.ZERO));
        assertTrue(solo.sent(Message.RequestVoteReply.class).isEmpty());
        Effect.Persist persist = solo.seen(Effect.Persist.class).get(0);
        assertEquals(new HardState(2, 2, 0), persist.hardState());
        assertTrue(persist.mustSync());
        solo.write();
        assertTrue(solo.lastSent(Message.RequestVoteReply.class).granted());
    }

    @Test
    void termNotYetDurable_nothingOfItLeaves() {
        var solo = follower(1);
        solo.holdDisk();
        solo.receive(new Message.Heartbeat(2, 1, 5, 0, 0)).receive(new Message.Heartbeat(2, 1, 5, 0, 0));
        assertTrue(solo.sent(Message.HeartbeatReply.class).isEmpty());
        solo.writeAll();
        assertEquals(2, solo.sent(Message.HeartbeatReply.class).size());
    }

    @Test
    void loneVoter_leadsOnlyOnceItsVoteIsDurable() {
        var lone = Membership.of(Set.of(1L), Set.of());
        var solo = Solo.of(lone, HardState.ZERO, UnaryOperator.identity());
        solo.holdDisk();
        solo.on(new Event.Campaign());
        assertEquals(Effect.RoleName.CANDIDATE, solo.raft.role());
        solo.write();
        assertEquals(Effect.RoleName.LEADER, solo.raft.role());
    }

    // A write that was replaced while under way does not count, even if an equal entry comes back (Figure 8).
    @Test
    void replacedSuffix_writtenLate_doesNotCount() {
        var solo = follower(1);
        solo.receive(solo.heartbeat(0));
        solo.holdDisk();
        solo.receive(solo.append(EntryId.ZERO, 0, 1)); // write A: 1/1
        solo.receive(new AppendEntries(3, 1, 2, EntryId.ZERO, Solo.entries(1, 2), 0)); // write B: 2/1
        solo.receive(new AppendEntries(2, 1, 3, EntryId.ZERO, Solo.entries(1, 1), 1)); // write C: 1/1 again, committed
        assertEquals(id(1, 1), solo.raft.lastEntry());
        solo.write();
        assertEquals(List.of(), solo.committed());
        solo.write();
        assertEquals(List.of(), solo.committed());
        solo.write();
        assertEquals(List.of(1L), solo.committed());
    }

    // The commit index is a hint: it rides along, or is saved alone without a sync (Figure 2: volatile).
    @Test
    void commitIndexAlone_isSavedWithTheNextTick_withoutSync() {
        var solo = Solo.leader().propose("a");
        solo.receive(solo.holds(2, 2)).forget();
        solo.tick(1);
        Effect.Persist persist = solo.seen(Effect.Persist.class).get(0);
        assertFalse(persist.mustSync());
        assertEquals(new HardState(1, 1, 2), persist.hardState());
        solo.forget();
        assertTrue(solo.tick(1).seen(Effect.Persist.class).isEmpty());
    }

    // After a restart, committed entries that were not applied come first; they come once.
    @Test
    void restarted_handsOutWhatWasCommittedButNotApplied() {
        var recovered =
                new Recovered(new HardState(1, 0, 3), SnapshotMark.NONE, Solo.entries(1, 1, 1, 1, 1), Solo.THREE, 1);
        var raft = new Raft(RaftConfig.of(1), recovered, new Random(1));
        var commit = (Effect.Commit) raft.on(new Event.Tick()).effects().get(0);
        assertEquals(
                List.of(2L, 3L), commit.entries().stream().map(Entry::index).toList());
        assertEquals(Step.NOTHING, raft.on(new Event.Tick()));
    }

    // Spec FM-23: after a crash the saved commit index may be lower than what was applied.
    @Test
    void restarted_appliedBeyondSavedCommit_countsAsCommitted() {
        var recovered = new Recovered(new HardState(1, 0, 0), SnapshotMark.NONE, Solo.entries(1, 1, 1), Solo.THREE, 2);
        assertEquals(2, new Raft(RaftConfig.of(1), recovered, new Random(1)).commitIndex());
    }

    // ---- flow to one peer

    @Test
    void probing_oneMessageAtATime() {
        var solo = Solo.leader().propose("a").propose("b");
        assertTrue(solo.sent(AppendEntries.class).stream().noneMatch(m -> m.to() == 3));
        solo.receive(solo.holds(3, 1)).propose("c");
        assertEquals(
                List.of(2, 1),
                solo.sent(AppendEntries.class).stream()
                        .filter(m -> m.to() == 3)
                        .map(m -> m.entries().size())
                        .toList());
    }

    @Test
    void windowFull_waitsForAcknowledgement() {
        var solo = Solo.leader(window(2, 1 << 20, 1 << 20));
        solo.propose("a").propose("b").propose("c");
        assertEquals(2, solo.sent(AppendEntries.class).size());
        solo.forget();
        solo.receive(solo.holds(2, 2));
        assertEquals(List.of(4L), indices(solo, 2));
    }

    @Test
    void windowBytes_bound() {
        var solo = Solo.leader(window(100, 60, 1 << 20)); // an entry counts 33 bytes
        solo.propose("a").propose("b").propose("c");
        assertEquals(List.of(2L, 3L), indices(solo, 2));
    }

    @Test
    void largeBatch_isSlicedIntoMessages() {
        var solo = Solo.leader(window(100, 1 << 20, 70)).propose("a", "b", "c", "d", "e");
        assertEquals(
                List.of(2, 2, 1),
                solo.sent(AppendEntries.class).stream()
                        .map(m -> m.entries().size())
                        .toList());
    }

    @Test
    void fullWindowLost_heartbeatReplyShowsIt() {
        var solo = Solo.leader(window(1, 1 << 20, 1 << 20)).propose("a");
        solo.forget();
        solo.receive(new Message.HeartbeatReply(2, 1, 1, 0));
        assertEquals(List.of(), solo.lastSent(AppendEntries.class).entries());
        solo.receive(solo.rejects(2, 2, id(1, 1)));
        assertEquals(List.of(2L), indices(solo, 2));
    }

    @Test
    void peerUnreachable_isProbedFromWhereItIsKnownToAgree() {
        var solo = Solo.leader().propose("a").propose("b");
        solo.forget();
        solo.on(new Event.PeerUnreachable(2)).propose("c");
        assertEquals(List.of(2L, 3L, 4L), indices(solo, 2));
    }

    private static List<Long> indices(Solo solo, long peer) {
        return solo.sent(AppendEntries.class).stream()
                .filter(m -> m.to() == peer)
                .flatMap(m -> m.entries().stream())
                .map(Entry::index)
                .toList();
    }

    // ---- proposals

    @Test
    void followerKnowsLeader_forwards_otherwiseDrops() {
        var solo = follower(1);
        solo.propose("a");
        assertEquals(
                Effect.DropReason.NO_LEADER,
                solo.seen(Effect.ProposalDropped.class).get(0).reason());
        solo.receive(solo.heartbeat(0)).propose("b");
        var forwarded = solo.sent(Message.ForwardedProposal.class);
        assertEquals(List.of(2L), forwarded.stream().map(Message::to).toList()); // once: each is executed (faults C1)
    }

    @Test
    void uncommittedBytesBound_proposalDropped_untilCommitted() {
        var solo = Solo.leader(window(100, 1 << 20, 1 << 20)).propose("x".repeat(900));
        solo.propose("y".repeat(900));
        assertEquals(
                Effect.DropReason.LOG_FULL,
                solo.seen(Effect.ProposalDropped.class).get(0).reason());
        solo.receive(solo.holds(2, 2)).forget();
        assertEquals(
                1, solo.propose("y".repeat(900)).seen(Effect.Appended.class).size());
    }
}
