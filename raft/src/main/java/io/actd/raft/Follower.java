package io.actd.raft;

import io.actd.invariant.Invariant;
import io.actd.raft.Effect.DropReason;
import io.actd.raft.Effect.ReadDropped;
import io.actd.raft.Effect.RoleName;
import io.actd.raft.Message.AppendEntries;
import io.actd.raft.Message.AppendEntriesReply;
import java.util.List;

/** Passive: answers candidates and leaders (§5.1), passes its clients' wishes to the leader, and waits for a silence. */
final class Follower implements Role {
    private final MemberState state;
    private final ForwardedReads reads;
    private final int electionTimeoutTicks;
    private long leader;

    /** Ticks since the leader was heard or a vote given (§5.2). */
    private int elapsedTicks;

    /** Voter to which this member, leader until now, was handing leadership over; 0 if none, or once that is told. */
    private long transferTo;

    Follower(MemberState state, long leader, long transferTo) {
        this.state = state;
        this.leader = leader;
        this.transferTo = transferTo;
        this.electionTimeoutTicks = state.drawElectionTimeout();
        this.reads = new ForwardedReads(state.drawReadBase());
    }

    @Override
    public Role tick() {
        elapsedTicks++;
        reads.tick(state.config().electionTicks()).forEach(this::dropRead);
        if (elapsedTicks < electionTimeoutTicks) {
            return this;
        }
        Role next = campaign(); // §5.2: no communication over the election timeout: there is no viable leader
        if (next == this) { // a learner, or a membership not fully applied
            endTransfer(false);
            forgetLeader();
        }
        return next;
    }

    @Override
    public Role receive(Message message) {
        switch (message) {
            case Message.RequestVote request -> {
                if (answer(request) && !request.preVote()) {
                    elapsedTicks = 0; // §5.2: granting a vote counts as communication
                }
            }
            case AppendEntries append -> {
                hear(append.from());
                append(append);
            }
            case Message.Heartbeat heartbeat -> {
                hear(heartbeat.from());
                commitTo(heartbeat.commitIndex());
                state.send(new Message.HeartbeatReply(
                        state.self(), heartbeat.from(), state.currentTerm(), heartbeat.readRound()));
            }
            case Message.InstallSnapshot install -> {
                hear(install.from());
                install(install);
            }
            case Message.TimeoutNow timeout -> {
                hear(timeout.from());
                if (state.mayCampaign()) {
                    return Candidate.stand(state, true); // thesis §3.10: without pre-vote, the leader itself asks
                }
            }
            case Message.ReadIndexReply reply -> {
                Long readId = reads.answered(reply.readId());
                if (readId != null) {
                    state.tellRead(new Effect.ReadReady(readId, reply.readIndex()));
                }
            }
            // For candidates and leaders. Who sent a proposal or a read here believes in an old leader; its client asks
            // again.
            case Message.RequestVoteReply ignored -> {}
            case AppendEntriesReply ignored -> {}
            case Message.HeartbeatReply ignored -> {}
            case Message.ForwardedProposal ignored -> {}
            case Message.ReadIndexRequest ignored -> {}
        }
        return this;
    }

    private void hear(long from) {
        Invariant.check(leader == 0 || leader == from, "one-leader-per-term", leader, from);
        elapsedTicks = 0;
        leader = from;
        endTransfer(transferTo == from);
    }

    /** AppendEntries RPC, receiver implementation (Figure 2). */
    private void append(AppendEntries received) {
        AppendEntries request = behindCommitted(received);
        EntryId previous = request.previous();
        if (previous.index() < state.commitIndex()) {
            // Late: what is committed is equal everywhere (§5.4), so only its end is worth telling.
            tellHeld(request.from(), state.commitIndex());
            return;
        }
        if (!state.log().matches(previous)) {
            reject(request);
            return;
        }
        long lastNew = previous.index() + request.entries().size();
        boolean appended = appendNew(request.entries());
        commitTo(Math.min(request.leaderCommit(), lastNew)); // §5.3: never beyond the last new entry
        if (appended) {
            state.promise(accepted(request.from(), lastNew), lastNew); // the leader counts it towards the majority
        } else {
            tellHeld(request.from(), lastNew);
        }
    }

    /**
     * Of a message that begins before the commit index the part behind it, if there is one. What is committed may not be
     * durable here yet: then the leader goes on from before it, and to drop all of that would make it send it forever.
     */
    private AppendEntries behindCommitted(AppendEntries request) {
        List<Entry> entries = request.entries();
        long known = state.commitIndex() - request.previous().index();
        if (known <= 0 || known >= entries.size()) {
            return request;
        }
        EntryId previous = entries.get((int) known - 1).id();
        List<Entry> rest = entries.subList((int) known, entries.size());
        return new AppendEntries(request.from(), request.to(), request.term(), previous, rest, request.leaderCommit());
    }

    /** §5.3: keeps what is equal, cuts at the first conflict, appends what is not there yet; false if nothing was missing. */
    private boolean appendNew(List<Entry> entries) {
        int known = 0;
        while (known < entries.size() && state.log().matches(entries.get(known).id())) {
            known++;
        }
        if (known == entries.size()) {
            return false; // a late message must not cut what came after it
        }
        List<Entry> missing = entries.subList(known, entries.size());
        long from = missing.get(0).index();
        if (from <= state.log().lastIndex()) {
            state.truncateFrom(from);
        }
        state.append(missing);
        return true;
    }

    /** Nothing is to be written: tells at once what is durable; the write under way, if any, brings its own answer. */
    private void tellHeld(long to, long matchIndex) {
        state.send(accepted(to, Math.min(matchIndex, state.durableIndex())));
    }

    private AppendEntriesReply accepted(long to, long matchIndex) {
        return new AppendEntriesReply(state.self(), to, state.currentTerm(), matchIndex, false, EntryId.ZERO);
    }

    private void reject(AppendEntries request) {
        EntryId previous = request.previous();
        EntryId hint = state.log().lastNotAfter(previous.index(), previous.term());
        state.send(new AppendEntriesReply(
                state.self(), request.from(), state.currentTerm(), previous.index(), true, hint));
    }

    private void commitTo(long index) {
        if (index > state.commitIndex()) {
            state.commitTo(index);
        }
    }

    /** InstallSnapshot RPC (§7). */
    private void install(Message.InstallSnapshot request) {
        SnapshotMark mark = request.mark();
        if (mark.index() > state.commitIndex() && !state.log().matches(mark.id())) {
            state.install(mark, request.from()); // answered once it is installed
            return;
        }
        // The log has all of it: the mark only tells what is committed.
        commitTo(mark.index());
        tellHeld(request.from(), state.commitIndex());
    }

    @Override
    public void snapshotInstalled() {
        if (leader != 0) {
            tellHeld(leader, state.commitIndex());
        }
    }

    @Override
    public Role propose(Entry.Type type, List<Payload> payloads) {
        boolean removed =
                !state.membership().voters().isEmpty() && !state.membership().contains(state.self());
        if (removed) {
            drop(DropReason.NOT_A_MEMBER, payloads);
        } else if (leader == 0) {
            drop(DropReason.NO_LEADER, payloads);
        } else {
            state.send(new Message.ForwardedProposal(state.self(), leader, state.currentTerm(), type, payloads));
        }
        return this;
    }

    @Override
    public Role readIndex(long readId) {
        if (leader == 0) {
            dropRead(readId);
        } else {
            state.send(new Message.ReadIndexRequest(state.self(), leader, state.currentTerm(), reads.ask(readId)));
        }
        return this;
    }

    private void dropRead(long readId) {
        state.tell(new ReadDropped(readId));
    }

    private void forgetLeader() {
        leader = 0;
        reads.giveUp().forEach(this::dropRead);
    }

    private void endTransfer(boolean completed) {
        if (transferTo != 0) {
            state.tell(new Effect.TransferEnded(transferTo, completed));
            transferTo = 0;
        }
    }

    @Override
    public void leave() {
        endTransfer(false);
        forgetLeader();
    }

    @Override
    public Role persisted() {
        return this;
    }

    @Override
    public Role membershipChanged() {
        return this;
    }

    @Override
    public MemberState state() {
        return state;
    }

    @Override
    public RoleName name() {
        return RoleName.FOLLOWER;
    }

    @Override
    public long leader() {
        return leader;
    }

    @Override
    public boolean hasCurrentLeader() {
        return leader != 0 && elapsedTicks < state.config().electionTicks();
    }
}
