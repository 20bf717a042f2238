package io.actd.raft;

import static io.actd.raft.Solo.id;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.actd.raft.Message.AppendEntries;
import io.actd.raft.Message.AppendEntriesReply;
import io.actd.raft.Message.HeartbeatReply;
import java.util.List;
import java.util.OptionalLong;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is lost is sent again (§5.3), what comes again changes nothing (§5.5): a test per sentence. */
class RepetitionRulesTest {
    private static AppendEntriesReply holds(long index) {
        return new AppendEntriesReply(1, 2, 1, index, false, EntryId.ZERO);
    }

    private static long appendsToThree(Solo solo) {
        return solo.sent(AppendEntries.class).stream().filter(m -> m.to() == 3).count();
    }

    // §5.3: appends are repeated without end, also behind the commit, until every follower has everything.
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void peerThatHasNotAll_isSentItAgainAndAgain_thoughItIsCommitted(boolean answeredBefore) {
        var solo = Solo.leader();
        if (answeredBefore) {
            solo.receive(solo.holds(3, 1));
        }
        solo.propose("a").receive(solo.holds(2, 2));
        assertEquals(List.of(2L), solo.committed());
        for (int round = 0; round < 200; round++) {
            solo.forget();
            solo.tick(1).receive(new HeartbeatReply(2, 1, 1, 0)).receive(new HeartbeatReply(3, 1, 1, 0));
            assertEquals(1, appendsToThree(solo), "round " + round);
        }
        solo.receive(solo.holds(3, 2)).forget();
        solo.tick(1).receive(new HeartbeatReply(3, 1, 1, 0));
        assertEquals(0, appendsToThree(solo));
    }

    // §5.3, §5.5: so are heartbeats to one that is silent: the first it answers shows what it misses.
    @Test
    void peerSilentForLong_isCaughtUpWhenItAnswers() {
        var group = Group.of(1, 2, 3).elect(1);
        group.isolate(3);
        group.propose(1, "a").tick(1, 1);
        for (int i = 0; i < 300; i++) {
            group.tick(1, 1);
        }
        group.heal();
        group.tick(1, 1);
        assertEquals(List.of("a"), group.words(3));
    }

    // §5.5: entries that are there already are ignored.
    @Test
    void appendReceivedTwice_changesNothing() {
        var solo = Solo.inTerm(1);
        var append = solo.append(EntryId.ZERO, 1, 1, 1);
        solo.receive(append).forget();
        solo.receive(append);
        assertNothingWritten(solo, id(1, 2), 2);
        assertEquals(List.of(), solo.committed());
    }

    @Test
    void appendReceivedAgainBehindLaterOnes_changesNothing_andVouchesForItsOwnEntriesOnly() {
        var solo = Solo.inTerm(1);
        var first = solo.append(EntryId.ZERO, 0, 1);
        solo.receive(first).receive(solo.append(id(1, 1), 0, 1, 1)).forget();
        solo.receive(first);
        assertNothingWritten(solo, id(1, 3), 1);
    }

    // §5.5: died between writing and answering: the same request comes again.
    @Test
    void appendReceivedAgainAfterARestart_isOnlyAcknowledged() {
        var solo = Solo.of(Solo.THREE, new HardState(1, 0, 0), UnaryOperator.identity(), 1, 1);
        solo.receive(solo.append(EntryId.ZERO, 0, 1, 1));
        assertNothingWritten(solo, id(1, 2), 2);
    }

    private static void assertNothingWritten(Solo solo, EntryId last, long acknowledged) {
        assertTrue(solo.seen(Effect.Persist.class).isEmpty());
        assertEquals(last, solo.raft.lastEntry());
        assertEquals(List.of(holds(acknowledged)), solo.sent(Message.class));
    }

    @Test
    void voteAskedForTwice_isWrittenOnce() {
        var solo = Solo.inTerm(1).receive(Solo.requestVote(2, 2, EntryId.ZERO));
        solo.forget();
        solo.receive(Solo.requestVote(2, 2, EntryId.ZERO));
        assertEquals(List.of(new Message.RequestVoteReply(1, 2, 2, false, true)), solo.sent(Message.class));
        assertTrue(solo.seen(Effect.Persist.class).isEmpty());
    }

    // Figure 2: matchIndex never falls.
    @Test
    void acknowledgementsDoubledOrLate_changeNothing() {
        var solo = Solo.leader().propose("a", "b");
        solo.receive(solo.holds(2, 3)).forget();
        solo.receive(solo.holds(2, 3)).receive(solo.holds(2, 1));
        assertEquals(OptionalLong.of(3), solo.raft.matchIndex(2));
        assertTrue(solo.seen(Effect.class).isEmpty());
    }

    // §5.3, Leader Append-Only: peers that differ are made equal; nothing of its own log is ever written again.
    @Test
    void peersDiffer_leaderOnlyAddsToItsLog() {
        var solo = Solo.inTerm(2, 1, 2, 2).elect();
        solo.receive(new AppendEntries(2, 1, 2, id(1, 1), Solo.entries(2, 1, 1), 3));
        solo.receive(solo.rejects(2, 3, id(1, 1))).receive(solo.rejects(3, 3, EntryId.ZERO));
        solo.receive(solo.holds(2, 4)).propose("a");
        assertEquals(List.of(id(3, 4), id(3, 5)), written(solo));
    }

    private static List<EntryId> written(Solo solo) {
        return solo.seen(Effect.Persist.class).stream()
                .flatMap(persist -> persist.entries().stream())
                .map(Entry::id)
                .toList();
    }
}
