package io.actd.raft;

import io.actd.raft.Effect.DropReason;
import io.actd.raft.Effect.ReadDropped;
import io.actd.raft.Effect.RoleName;
import io.actd.raft.Message.RequestVote;
import java.util.List;

/** Stands for election (§5.2): has raised its term, voted for itself and asked the others. */
final class Candidate implements Role {
    private final MemberState state;
    private final Votes votes = new Votes();
    private final int electionTimeoutTicks;
    private int elapsedTicks;

    private Candidate(MemberState state) {
        this.state = state;
        this.electionTimeoutTicks = state.drawElectionTimeout();
    }

    /**
     * §5.2: begins an election. The requests, and the own vote, count only once the new term and the vote are durable:
     * a member that forgets its vote in a crash could vote twice.
     *
     * @param leadershipTransfer the old leader asked for it (thesis §3.10)
     */
    static Role stand(MemberState s, boolean leadershipTransfer) {
        s.enterTerm(s.currentTerm() + 1);
        s.voteFor(s.self());
        for (long peer : s.membership().voters()) {
            if (peer != s.self()) {
                var request =
                        new RequestVote(s.self(), peer, s.currentTerm(), s.log().last(), false, leadershipTransfer);
                s.promise(request, s.log().lastIndex());
            }
        }
        return new Candidate(s);
    }

    private Role count() {
        return switch (votes.outcome(state.membership())) {
            case WON -> Leader.elected(state);
            case LOST -> follow(0);
            case OPEN -> this;
        };
    }

    @Override
    public Role tick() {
        elapsedTicks++;
        // §5.2: a split vote; each candidate times out and starts anew.
        return elapsedTicks >= electionTimeoutTicks ? campaign() : this;
    }

    @Override
    public Role persisted() {
        if (state.ownVoteIsDurable()) {
            votes.record(state.self(), true);
        }
        return count();
    }

    @Override
    public Role receive(Message message) {
        return switch (message) {
            case Message.RequestVoteReply reply -> onReply(reply);
            case RequestVote request -> {
                answer(request);
                yield this;
            }
            // §5.2: another one has won this term.
            case Message.AppendEntries append -> follow(append.from()).receive(append);
            case Message.Heartbeat heartbeat -> follow(heartbeat.from()).receive(heartbeat);
            case Message.InstallSnapshot install -> follow(install.from()).receive(install);
            // For leaders and followers, or late.
            case Message.AppendEntriesReply ignored -> this;
            case Message.HeartbeatReply ignored -> this;
            case Message.TimeoutNow ignored -> this;
            case Message.ForwardedProposal ignored -> this;
            case Message.ReadIndexRequest ignored -> this;
            case Message.ReadIndexReply ignored -> this;
        };
    }

    private Role onReply(Message.RequestVoteReply reply) {
        if (reply.preVote()) {
            return this; // of the round that led here
        }
        votes.record(reply.from(), reply.granted());
        return count();
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
        return RoleName.CANDIDATE;
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
