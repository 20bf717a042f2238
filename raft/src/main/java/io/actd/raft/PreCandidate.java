package io.actd.raft;

import io.actd.raft.Effect.DropReason;
import io.actd.raft.Effect.ReadDropped;
import io.actd.raft.Effect.RoleName;
import io.actd.raft.Message.RequestVote;
import java.util.List;

/**
 * Asks the others whether it could win before it raises its term, so that a member coming back from a partition disturbs
 * nobody (thesis §9.6). Nothing it says has to be durable.
 */
final class PreCandidate implements Role {
    private final MemberState state;
    private final Votes votes = new Votes();
    private final int electionTimeoutTicks;
    private int elapsedTicks;

    private PreCandidate(MemberState state) {
        this.state = state;
        this.electionTimeoutTicks = state.drawElectionTimeout();
    }

    /** Asks all voters; a lone voter goes on to the election at once. */
    static Role ask(MemberState s) {
        var role = new PreCandidate(s);
        role.votes.record(s.self(), true);
        role.askSilent();
        return role.count();
    }

    private void askSilent() {
        for (long peer : state.membership().voters()) {
            if (!votes.has(peer)) {
                state.send(new RequestVote(
                        state.self(), peer, state.currentTerm() + 1, state.log().last(), true, false));
            }
        }
    }

    private Role count() {
        return switch (votes.outcome(state.membership())) {
            case WON -> Candidate.stand(state, false);
            case LOST -> follow(0);
            case OPEN -> this;
        };
    }

    @Override
    public Role tick() {
        elapsedTicks++;
        if (elapsedTicks >= electionTimeoutTicks) {
            return campaign();
        }
        askSilent(); // who keeps to the old leader does not answer, but may give it up before this member's next turn
        return this;
    }

    @Override
    public Role receive(Message message) {
        return switch (message) {
            case Message.RequestVoteReply reply -> onReply(reply);
            // A vote given in this term ends the own attempt: the candidate it went to may win. A pre-vote given to a
            // higher id does, too: of two that ask at once both would win the pre-vote, and then split the votes.
            case RequestVote request ->
                answer(request) && (!request.preVote() || request.from() > state.self()) ? follow(0) : this;
            case Message.AppendEntries append -> follow(append.from()).receive(append);
            case Message.Heartbeat heartbeat -> follow(heartbeat.from()).receive(heartbeat);
            case Message.InstallSnapshot install -> follow(install.from()).receive(install);
            case Message.TimeoutNow timeout -> follow(timeout.from()).receive(timeout);
            // For leaders, or late.
            case Message.AppendEntriesReply ignored -> this;
            case Message.HeartbeatReply ignored -> this;
            case Message.ForwardedProposal ignored -> this;
            case Message.ReadIndexRequest ignored -> this;
            case Message.ReadIndexReply ignored -> this;
        };
    }

    private Role onReply(Message.RequestVoteReply reply) {
        boolean ofThisRound = reply.preVote() && (!reply.granted() || reply.term() == state.currentTerm() + 1);
        if (ofThisRound) {
            votes.record(reply.from(), reply.granted());
        }
        return count();
    }

    @Override
    public Role persisted() {
        return this;
    }

    @Override
    public Role membershipChanged() {
        return state.mayCampaign() ? count() : follow(0);
    }

    @Override
    public Role propose(Entry.Type type, List<Payload> payloads) {
        drop(DropReason.NO_LEADER, payloads);
        return this;
    }

    @Override
    public Role readIndex(long readId) {
        state.tell(new ReadDropped(readId));
        return this;
    }

    @Override
    public void leave() {}

    @Override
    public MemberState state() {
        return state;
    }

    @Override
    public RoleName name() {
        return RoleName.PRE_CANDIDATE;
    }

    @Override
    public long leader() {
        return 0;
    }

    @Override
    public boolean hasCurrentLeader() {
        return false;
    }
}
