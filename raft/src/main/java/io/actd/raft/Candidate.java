package io.actd.raft;

import io.actd.raft.Effect.DropReason;
import io.actd.raft.Effect.ReadDropped;
import io.actd.raft.Effect.RoleName;
import io.actd.raft.Message.RequestVote;
import java.util.List;

/** Stands for election (§5.2): has raised its term, voted for itself and asked the others. */
final class Candidate implements Role {
    private final MemberState state;
    private final boolean leadershipTransfer;
    private final Votes votes = new Votes();
    private int electionTimeoutTicks;
    private int elapsedTicks;

    private Candidate(MemberState state, boolean leadershipTransfer) {
        this.state = state;
        this.leadershipTransfer = leadershipTransfer;
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
        var role = new Candidate(s, leadershipTransfer);
        role.askSilent();
        return role;
    }

    private void askSilent() {
        for (long peer : state.membership().voters()) {
            if (peer != state.self() && !votes.has(peer)) {
                var request = new RequestVote(
                        state.self(), peer, state.currentTerm(), state.log().last(), false, leadershipTransfer);
                state.promise(request, state.log().lastIndex());
            }
        }
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
        if (elapsedTicks >= electionTimeoutTicks) {
            return campaign(); // §5.2: a split vote; each candidate times out and starts anew
        }
        if (state.ownVoteIsDurable()) {
            askSilent(); // §5.1: RPCs are retried if they are not answered in a timely manner
        }
        return this;
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
        if (!reply.granted() && !votes.has(reply.from())) {
            // A split vote, mostly: who denies voted for itself, and has got this member's denial. Both need not wait
            // for a silence; the pre-votes of the next turn, which do not split, decide between them.
            electionTimeoutTicks = Math.min(electionTimeoutTicks, elapsedTicks + state.drawTurn());
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
