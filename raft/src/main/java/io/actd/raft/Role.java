package io.actd.raft;

import io.actd.raft.Effect.DropReason;
import io.actd.raft.Effect.ProposalDropped;
import io.actd.raft.Effect.RoleName;
import io.actd.raft.Message.RequestVote;
import io.actd.raft.Message.RequestVoteReply;
import java.util.List;
import java.util.OptionalLong;

/**
 * One of the roles of §5.1, with its own data and its own rules; what they share stands here.
 *
 * <p>Each method is one event and returns the role the member has afterwards, often the same. A role object is left for
 * good when another is returned: it lives for one term at most.
 */
sealed interface Role permits Follower, PreCandidate, Candidate, Leader {
    MemberState state();

    RoleName name();

    /** The leader of the present term as far as known, 0 if unknown. */
    long leader();

    /** Leader stickiness: a leader was heard within the minimum election timeout (§6, thesis §4.2.3). */
    boolean hasCurrentLeader();

    Role tick();

    /** A message of the present term; or a pre-vote, or the grant of one. */
    Role receive(Message message);

    /** Entries, a term or a vote became durable. */
    Role persisted();

    /** The membership is another one than before. */
    Role membershipChanged();

    Role propose(Entry.Type type, List<Payload> payloads);

    Role readIndex(long readId);

    /** Takes leave: answers what only this role could have answered. */
    void leave();

    /** §5.2: starts an election, with a pre-vote if so configured (thesis §9.6). */
    default Role campaign() {
        if (!state().mayCampaign()) {
            return this;
        }
        return state().config().preVote() ? PreCandidate.ask(state()) : Candidate.stand(state(), false);
    }

    /** Recognises {@code leader} of the present term, 0 if there is none yet. */
    default Follower follow(long leader) {
        return new Follower(state(), leader, 0);
    }

    /** Only a leader can hand leadership over. */
    default Role transferLeadership(long to) {
        if (to != 0) {
            state().tell(new Effect.TransferEnded(to, false));
        }
        return this;
    }

    /** Only a leader knows how far its peers are. */
    default OptionalLong matchIndex(long member) {
        return OptionalLong.empty();
    }

    /** Only a leader looks after its peers. */
    default void peerUnreachable(long peer) {}

    /** Only a leader looks after its peers. */
    default void snapshotSent(Event.SnapshotSent sent) {}

    /** The log behind this index is needed by peers; only a leader looks after them. */
    default long neededFromIndex() {
        return Long.MAX_VALUE;
    }

    /** The store is installed: a follower tells its leader what it now holds. */
    default void snapshotInstalled() {}

    default void drop(DropReason reason, List<Payload> payloads) {
        state().tell(new ProposalDropped(reason, payloads));
    }

    /** True if the vote, or the pre-vote, is given. */
    default boolean answer(RequestVote request) {
        MemberState s = state();
        // §5.4.1: deny if the own log is more up-to-date than the candidate's.
        boolean upToDate = request.last().compareTo(s.log().last()) >= 0;
        // §5.2: one vote per term, first come first served. A pre-vote binds nobody, but asks for a later term (thesis
        // §9.6).
        boolean free = request.preVote()
                ? request.term() > s.currentTerm()
                : s.votedFor() == 0 || s.votedFor() == request.from();
        boolean granted = upToDate && free;
        if (granted && !request.preVote()) {
            s.voteFor(request.from());
        }
        // A grant of a pre-vote speaks of the term asked for, everything else of the own one.
        long term = granted ? request.term() : s.currentTerm();
        s.send(new RequestVoteReply(s.self(), request.from(), term, request.preVote(), granted));
        return granted;
    }
}
