package io.actd.raft;

import static io.actd.raft.Solo.id;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.actd.raft.Effect.RoleName;
import io.actd.raft.Message.AppendEntries;
import io.actd.raft.Message.AppendEntriesReply;
import io.actd.raft.Message.Heartbeat;
import io.actd.raft.Message.HeartbeatReply;
import io.actd.raft.Message.InstallSnapshot;
import io.actd.raft.Message.ReadIndexReply;
import io.actd.raft.Message.ReadIndexRequest;
import io.actd.raft.Message.RequestVote;
import io.actd.raft.Message.RequestVoteReply;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** §5.1 of the Raft paper for every role and every message: later terms, stale terms, and who leads the present one. */
class TermRulesTest {
    private static final SnapshotMark MARK = new SnapshotMark(9, 3, Solo.THREE);

    /** In term 5, with entries of terms 1 and 2. */
    private static Solo in(RoleName role) {
        var solo =
                switch (role) {
                    case FOLLOWER -> Solo.inTerm(5, 1, 2);
                    case PRE_CANDIDATE -> Solo.inTerm(5, 1, 2).on(new Event.Campaign());
                    case CANDIDATE ->
                        Solo.of(Solo.THREE, new HardState(4, 0, 0), Solo::noPreVote, 1, 2)
                                .on(new Event.Campaign());
                    case LEADER -> Solo.inTerm(4, 1, 2).elect();
                };
        assertEquals(role, solo.raft.role());
        assertEquals(5, solo.raft.currentTerm());
        solo.forget();
        return solo;
    }

    private static List<Message> ofALeader(long term) {
        return List.of(
                new AppendEntries(2, 1, term, id(2, 2), List.of(), 0),
                new Heartbeat(2, 1, term, 0, 0),
                new InstallSnapshot(2, 1, term, MARK));
    }

    private static List<Message> ofOthers(long term) {
        return List.of(
                new RequestVote(2, 1, term, id(3, 9), false, true),
                new RequestVoteReply(2, 1, term, false, false),
                new RequestVoteReply(2, 1, term, true, false),
                new AppendEntriesReply(2, 1, term, 0, true, EntryId.ZERO),
                new HeartbeatReply(2, 1, term, 0),
                new Message.ForwardedProposal(2, 1, term, Entry.Type.NORMAL, List.of(Store.payload("a"))),
                new ReadIndexRequest(2, 1, term, 7),
                new ReadIndexReply(2, 1, term, 7, 1));
    }

    // §5.1: the smaller term gives way to the larger, whoever says it; candidates and leaders become followers at once.
    @ParameterizedTest
    @EnumSource
    void laterTermInAnyMessage_makesAFollowerOfThatTerm(RoleName role) {
        for (Message message : ofALeader(7)) {
            var solo = in(role).receive(message);
            assertEquals(List.of(RoleName.FOLLOWER, 7L, 2L), standing(solo), message.toString());
        }
        for (Message message : ofOthers(7)) {
            var solo = in(role).receive(message);
            assertEquals(List.of(RoleName.FOLLOWER, 7L, 0L), standing(solo), message.toString());
        }
    }

    private static List<Object> standing(Solo solo) {
        return List.of(solo.raft.role(), solo.raft.currentTerm(), solo.raft.leader());
    }

    // §5.1: a request of an earlier term is rejected, with the term its sender should know; §5.2: a candidate goes on.
    @ParameterizedTest
    @EnumSource
    void staleRequestOfALeader_isRejected_andChangesNothing(RoleName role) {
        for (Message message : ofALeader(4)) {
            var solo = assertUnmoved(role, message);
            assertEquals(
                    List.of(new AppendEntriesReply(1, 2, 5, 0, true, EntryId.ZERO)),
                    solo.sent(Message.class),
                    message.toString());
        }
    }

    @ParameterizedTest
    @EnumSource
    void staleVoteRequest_isDenied_andChangesNothing(RoleName role) {
        for (boolean preVote : List.of(true, false)) {
            var solo = assertUnmoved(role, new RequestVote(2, 1, 4, id(3, 9), preVote, !preVote));
            assertEquals(List.of(new RequestVoteReply(1, 2, 5, preVote, false)), solo.sent(Message.class));
        }
    }

    // §5.1: terms tell what is obsolete; a vote of an earlier term is none in this one (§5.2).
    @ParameterizedTest
    @EnumSource
    void anythingElseStale_isIgnored(RoleName role) {
        var votes = List.of(new RequestVoteReply(2, 1, 4, false, true), new RequestVoteReply(2, 1, 4, true, true));
        for (Message vote : votes) {
            assertTrue(assertUnmoved(role, vote).seen(Effect.class).isEmpty(), vote.toString());
        }
        assertTrue(assertUnmoved(role, new Message.TimeoutNow(2, 1, 4))
                .seen(Effect.class)
                .isEmpty());
        for (Message message : ofOthers(4).subList(1, 8)) {
            assertTrue(assertUnmoved(role, message).seen(Effect.class).isEmpty(), message.toString());
        }
    }

    private static Solo assertUnmoved(RoleName role, Message message) {
        var solo = in(role);
        var before = standing(solo);
        var last = solo.raft.lastEntry();
        solo.receive(message);
        assertEquals(before, standing(solo), message.toString());
        assertEquals(last, solo.raft.lastEntry());
        assertTrue(solo.seen(Effect.Persist.class).isEmpty(), message.toString());
        return solo;
    }

    // §5.2: whatever a leader of at least the own term says makes a candidate a follower; thesis §9.6: also before it
    // is
    // one, and then in the same term.
    @ParameterizedTest
    @EnumSource(names = {"PRE_CANDIDATE", "CANDIDATE"})
    void leaderOfTheOwnTerm_isFollowed(RoleName role) {
        for (Message message : ofALeader(5)) {
            var solo = in(role).receive(message);
            assertEquals(List.of(RoleName.FOLLOWER, 5L, 2L), standing(solo), message.toString());
        }
    }

    // §5.1: followers issue no requests on their own.
    @Test
    void follower_saysNothingUnasked() {
        var solo = Solo.inTerm(1).tick(9);
        solo.receive(solo.heartbeat(0)).tick(9);
        assertEquals(List.of(new HeartbeatReply(1, 2, 1, 0)), solo.sent(Message.class));
    }

    // Thesis §6.2: who leads is forgotten when an election begins, or the term changes.
    @Test
    void leader_isForgottenWithItsTerm_andWithTheNextElection() {
        var solo = Solo.inTerm(1);
        solo.receive(solo.heartbeat(0)).receive(new RequestVote(3, 1, 2, EntryId.ZERO, false, true));
        assertEquals(0, solo.raft.leader());
        solo.receive(solo.heartbeat(0));
        assertEquals(2, solo.raft.leader());
        assertEquals(0, solo.tick(19).raft.leader());
    }
}
