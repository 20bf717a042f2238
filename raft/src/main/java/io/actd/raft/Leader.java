package io.actd.raft;

import io.actd.invariant.Invariant;
import io.actd.raft.Effect.DropReason;
import io.actd.raft.Effect.RoleName;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/** Takes proposals, replicates its log, decides what is committed, and confirms reads (§5.3, §8). */
final class Leader implements Role {
    private final MemberState state;
    private final Replication replication;
    private final ReadRounds reads = new ReadRounds();

    /** Index of the empty entry of this leadership: once it is committed, so is everything before (§8). */
    private final long firstOwnIndex;

    /** Bytes of the entries behind the commit index. */
    private long uncommittedBytes;

    /** All were told that entries are committed up to here. */
    private long toldCommit;

    /** Where this leader's log ends by its own account. */
    private long ownLastIndex;

    private int ticksSinceHeartbeat;
    private int ticksSinceQuorumCheck;

    /** Voter to which leadership is being handed over, 0 if none (thesis §3.10). */
    private long transferTo;

    private int transferTicks;

    private final OwnDisk ownDisk = new OwnDisk();

    /** To whom it was last to be handed over because of this disk, 0 for nobody. */
    private long heir;

    /** Not 0 once removed: sees to it that the others know, and that one of them leads, and does no more (thesis §4.2.2). */
    private int departureTicks;

    private Leader(MemberState state) {
        this.state = state;
        this.replication = new Replication(state);
        this.ownLastIndex = state.log().lastIndex();
        this.toldCommit = state.settledCommit();
        this.firstOwnIndex = ownLastIndex + 1;
        this.uncommittedBytes = state.log()
                .sizeBytes(
                        Math.max(state.commitIndex() + 1, state.log().firstIndex()),
                        state.log().lastIndex());
    }

    /** §8: a new leader commits an empty entry at once, to learn what is committed; the appends tell all that it won. */
    static Leader elected(MemberState s) {
        Invariant.check(s.votedFor() == s.self(), "leader-voted-for-itself", s.votedFor(), s.self());
        var leader = new Leader(s);
        leader.append(Entry.Type.NORMAL, List.of(Payload.EMPTY));
        leader.replication.sendAll(true);
        return leader;
    }

    // ---- time

    @Override
    public Role tick() {
        replication.tick();
        if (departing()) {
            return depart();
        }
        if (++ticksSinceQuorumCheck >= state.config().electionTicks()) {
            ticksSinceQuorumCheck = 0;
            if (!replication.majorityHeard() && state.config().checkQuorum()) {
                return giveUp();
            }
        }
        if (transferTo != 0) {
            if (++transferTicks >= state.config().electionTicks()) {
                endTransfer(); // thesis §3.10: the target has failed; go on leading
            } else {
                continueTransfer(); // lost, or it may not campaign before it has applied a change of members
            }
        } else if (ownDiskStandsStill()) {
            handOver();
        }
        if (++ticksSinceHeartbeat >= state.config().heartbeatTicks()) {
            ticksSinceHeartbeat = 0;
            replication.heartbeat(reads.running());
        }
        return this;
    }

    // ---- messages

    @Override
    public Role receive(Message message) {
        switch (message) {
            case Message.AppendEntriesReply reply -> onAppendReply(reply);
            case Message.HeartbeatReply reply -> {
                replication.onHeartbeatReply(reply.from());
                reads.confirm(reply.from(), reply.readRound());
                continueReads();
            }
            case Message.RequestVote request -> answer(request);
            case Message.ForwardedProposal forwarded -> {
                if (state.membership().contains(forwarded.from())) {
                    take(forwarded);
                }
            }
            case Message.ReadIndexRequest request -> ask(new ReadRounds.Read(request.from(), request.readId()));
            // §5.2: at most one leader can be elected in a given term.
            case Message.AppendEntries append -> onOtherLeader(append.from());
            case Message.Heartbeat heartbeat -> onOtherLeader(heartbeat.from());
            case Message.InstallSnapshot install -> onOtherLeader(install.from());
            // For followers and candidates, or late.
            case Message.RequestVoteReply ignored -> {}
            case Message.TimeoutNow ignored -> {}
            case Message.ReadIndexReply ignored -> {}
        }
        return this;
    }

    private void onOtherLeader(long from) {
        Invariant.check(false, "one-leader-per-term", state.self(), from);
    }

    private void onAppendReply(Message.AppendEntriesReply reply) {
        replication.onReply(reply);
        advanceCommit();
        if (reply.from() == transferTo) {
            continueTransfer();
        }
    }

    // ---- commit

    @Override
    public Role persisted() {
        advanceCommit();
        return this;
    }

    /**
     * §5.3, §5.4.2: what a majority has durably is committed; but only entries of the own term are committed by counting,
     * older ones only along with them.
     */
    private void advanceCommit() {
        if (departing()) {
            return; // what is still open is for the next leader to commit
        }
        long index = replication.majorityIndex();
        boolean more = index > state.commitIndex() && state.log().termAt(index) == state.currentTerm();
        if (more) {
            uncommittedBytes -= state.log().sizeBytes(state.commitIndex() + 1, index);
            state.commitTo(index);
        }
        if (state.settledCommit() > toldCommit) {
            toldCommit = state.settledCommit();
            replication.sendAll(true);
        }
        if (more) {
            continueReads();
        }
    }

    private boolean hasCommittedInOwnTerm() {
        return state.commitIndex() >= firstOwnIndex;
    }

    // ---- proposals

    @Override
    public Role propose(Entry.Type type, List<Payload> payloads) {
        long firstIndex = state.log().lastIndex() + 1;
        DropReason refused = accept(type, payloads);
        if (refused != null) {
            drop(refused, payloads);
        } else {
            state.tell(new Effect.Appended(firstIndex, payloads.size(), state.currentTerm()));
        }
        return this;
    }

    /** Dropped silently if refused, but for a conf change that only must wait: who sent it can not tell until when. */
    private void take(Message.ForwardedProposal forwarded) {
        DropReason refused = accept(forwarded.type(), forwarded.payloads());
        if (refused == DropReason.CONF_CHANGE_PENDING) {
            drop(refused, forwarded.payloads());
        }
    }

    private @Nullable DropReason accept(Entry.Type type, List<Payload> payloads) {
        if (!state.membership().contains(state.self())) {
            return DropReason.NOT_A_MEMBER;
        }
        if (transferTo != 0) {
            return DropReason.TRANSFER_RUNNING;
        }
        // Thesis §4.1: one change at a time. The first own entry must be committed before, or the last leader's change
        // could be committed by a majority that does not overlap with one of this leader's.
        if (type == Entry.Type.CONF_CHANGE && (state.hasUnappliedConfChange() || !hasCommittedInOwnTerm())) {
            return DropReason.CONF_CHANGE_PENDING;
        }
        long bytes = 0;
        for (Payload payload : payloads) {
            bytes += Entry.sizeBytes(payload);
        }
        // The first proposal always fits, however large.
        if (uncommittedBytes > 0 && uncommittedBytes + bytes > state.config().maxUncommittedBytes()) {
            return DropReason.LOG_FULL;
        }
        append(type, payloads);
        replication.sendAll(false);
        return null;
    }

    /** §5.3, Leader Append-Only: nothing is ever changed or deleted here. */
    private void append(Entry.Type type, List<Payload> payloads) {
        Invariant.check(
                state.log().lastIndex() == ownLastIndex,
                "leader-append-only",
                state.log().lastIndex(),
                ownLastIndex);
        Invariant.check(
                type != Entry.Type.CONF_CHANGE || !state.hasUnappliedConfChange(),
                "one-conf-change-at-a-time",
                ownLastIndex,
                payloads.size());
        List<Entry> entries = new ArrayList<>(payloads.size());
        for (Payload payload : payloads) {
            var entry = new Entry(state.currentTerm(), ++ownLastIndex, type, payload);
            uncommittedBytes += entry.sizeBytes();
            entries.add(entry);
        }
        state.append(entries);
    }

    // ---- reads

    @Override
    public Role readIndex(long readId) {
        ask(new ReadRounds.Read(state.self(), readId));
        return this;
    }

    private void ask(ReadRounds.Read read) {
        if (!departing()
                && hasCommittedInOwnTerm()
                && ReadRounds.isConfirmedByAsking(state.membership(), state.self(), read.from())) {
            answer(read, state.commitIndex());
            return;
        }
        reads.ask(read);
        continueReads();
    }

    /** Thesis §6.4: not before an entry of the own term is committed: until then the commit index may be too low. */
    private void continueReads() {
        while (!departing()) {
            if (reads.isConfirmed(state.membership(), state.self())) {
                long readIndex = reads.readIndex();
                reads.finish().forEach(read -> answer(read, readIndex));
            }
            if (!reads.mayStart() || !hasCommittedInOwnTerm()) {
                return;
            }
            long round = reads.start(state.commitIndex());
            if (!state.isLoneVoter()) {
                replication.heartbeatVoters(round);
                return;
            }
        }
    }

    private void answer(ReadRounds.Read read, long readIndex) {
        if (read.from() == state.self()) {
            state.tellRead(new Effect.ReadReady(read.id(), readIndex));
        } else {
            state.send(
                    new Message.ReadIndexReply(state.self(), read.from(), state.currentTerm(), read.id(), readIndex));
        }
    }

    // ---- leadership transfer (thesis §3.10)

    @Override
    public Role transferLeadership(long to) {
        if (to == transferTo) {
            return this;
        }
        if (transferTo != 0) {
            endTransfer();
        }
        if (to == state.self()) {
            state.tell(new Effect.TransferEnded(to, true));
        } else if (to != 0 && (!state.membership().isVoter(to) || replication.isSentTheStore(to))) {
            state.tell(new Effect.TransferEnded(to, false));
        } else if (to != 0) {
            transferTo = to;
            transferTicks = 0;
            replication.sendAll(false);
            continueTransfer();
        }
        return this;
    }

    /** The target campaigns once it has the whole log; no proposal is accepted meanwhile, so that moment comes. */
    private void continueTransfer() {
        if (replication.matchIndex(transferTo) == state.log().lastIndex()) {
            state.send(new Message.TimeoutNow(state.self(), transferTo, state.currentTerm()));
        }
    }

    private boolean ownDiskStandsStill() {
        return ownDisk.standsStill(
                state.durableIndex(),
                state.log().lastIndex(),
                state.commitIndex(),
                state.config().electionTicks());
    }

    /** To somebody who has lately written what this member's disk has not; not to the same again if that failed. */
    private void handOver() {
        heir = replication.mostAdvancedVoter(heir);
        if (heir != 0 && heir != state.self()) {
            state.tell(new Effect.HeldUpByDisk(heir));
            transferLeadership(heir);
        }
    }

    private void endTransfer() {
        state.tell(new Effect.TransferEnded(transferTo, false));
        transferTo = 0;
    }

    // ---- peers and membership

    @Override
    public OptionalLong matchIndex(long member) {
        return state.membership().contains(member)
                ? OptionalLong.of(replication.matchIndex(member))
                : OptionalLong.empty();
    }

    @Override
    public void peerUnreachable(long peer) {
        replication.onUnreachable(peer);
    }

    @Override
    public long neededFromIndex() {
        return replication.neededFromIndex();
    }

    @Override
    public void snapshotSent(Event.SnapshotSent sent) {
        replication.onSnapshotSent(sent);
    }

    @Override
    public Role membershipChanged() {
        if (departing()) {
            return this;
        }
        if (transferTo != 0 && (!state.isVoter() || !state.membership().isVoter(transferTo))) {
            endTransfer();
        }
        if (!state.isVoter()) {
            return depart();
        }
        replication.membershipChanged();
        advanceCommit(); // a smaller majority may have it already
        continueReads();
        return this;
    }

    // ---- end of leadership

    /**
     * Thesis §6.2: cut off, so its clients should look elsewhere. The others may hear it all the same, if the network fails
     * one way only, and would wait for a silence of their own: so one of them is asked to campaign at once.
     */
    private Role giveUp() {
        long next = transferTo != 0 ? transferTo : replication.mostAdvancedVoter(state.self());
        if (next != 0) {
            state.send(new Message.TimeoutNow(state.self(), next, state.currentTerm()));
        }
        return follow(0);
    }

    /**
     * Thesis §4.2.2: a removed leader steps down once that is committed, and may hand leadership over instead of letting the
     * others wait for a silence. It goes on saying what is committed for an election timeout: of two voters the other can
     * not lead before it knows that it is alone, and a single message may be lost.
     */
    private Role depart() {
        if (++departureTicks > state.config().electionTicks()
                || state.membership().voters().isEmpty()) {
            return follow(0);
        }
        replication.heartbeat(0);
        // Has all that is committed: a majority had, and with it a voter besides this one.
        state.send(new Message.TimeoutNow(state.self(), replication.mostAdvancedVoter(0), state.currentTerm()));
        return this;
    }

    private boolean departing() {
        return departureTicks > 0;
    }

    /** A running transfer may have brought this about; the follower sees who has won. */
    @Override
    public Follower follow(long leader) {
        long awaited = transferTo;
        transferTo = 0;
        return new Follower(state, leader, awaited);
    }

    @Override
    public void leave() {
        for (ReadRounds.Read read : reads.giveUp()) {
            if (read.from() == state.self()) { // followers drop theirs when they see the new term
                state.tell(new Effect.ReadDropped(read.id()));
            }
        }
    }

    @Override
    public Role campaign() {
        return this;
    }

    @Override
    public MemberState state() {
        return state;
    }

    @Override
    public RoleName name() {
        return RoleName.LEADER;
    }

    @Override
    public long leader() {
        return state.self();
    }

    /** A leader would hear of its end by a later term's entries; it need not make way for those who missed it. */
    @Override
    public boolean hasCurrentLeader() {
        return true;
    }
}
