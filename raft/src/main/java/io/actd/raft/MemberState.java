package io.actd.raft;

import io.actd.invariant.Invariant;
import java.util.List;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * What outlives a role: term, vote, log, commit index, membership, and the effects of the event at hand.
 *
 * <p>The roles hold the rules; this class guards the transitions that no rule may break (Figure 3's properties) and knows
 * what is durable, so that every message leaves either behind the write it promises or at once.
 */
final class MemberState {
    private final RaftConfig config;
    private final RandomGenerator random;
    private final RaftLog log;
    private final Durability durability;
    private final StepBuilder step = new StepBuilder();

    /** [persistent] monotonic. */
    private long currentTerm;

    /** [persistent] candidate that got this member's vote in {@link #currentTerm}, 0 if none. */
    private long votedFor;

    /** [volatile] highest index known to be committed, monotonic; never behind the last entry. */
    private long commitIndex;

    /** [volatile] highest index handed out for applying, monotonic; at most {@link #commitIndex}. */
    private long handedOutIndex;

    /** [volatile] as of {@link #membershipIndex}: a change counts from when it is applied. */
    private Membership membership;

    /** [volatile] monotonic; conf changes behind it are not in {@link #membership} yet. */
    private long membershipIndex;

    /** The mark being installed, during which nothing is handed out for applying. */
    private @Nullable SnapshotMark installing;

    private HardState lastAsked;
    private Effect.RoleChanged lastRole;

    MemberState(RaftConfig config, Recovered recovered, RandomGenerator random) {
        this.config = config;
        this.random = random;
        this.log = new RaftLog(recovered.mark().id());
        log.append(recovered.entries());
        currentTerm = recovered.hardState().currentTerm();
        votedFor = recovered.hardState().votedFor();
        // What was applied was committed, although the saved commit index may be behind it (spec FM-23).
        commitIndex = Math.max(recovered.hardState().commitIndex(), recovered.appliedIndex());
        handedOutIndex = recovered.appliedIndex();
        membership = recovered.membership();
        membershipIndex = recovered.appliedIndex();
        Invariant.check(
                handedOutIndex >= recovered.mark().index(),
                "applied-from-mark",
                handedOutIndex,
                log.start().index());
        Invariant.check(commitIndex <= log.lastIndex(), "commit-within-log", commitIndex, log.lastIndex());
        Invariant.check(
                currentTerm >= log.last().term(),
                "log-within-term",
                currentTerm,
                log.last().term());
        lastAsked = recovered.hardState();
        lastRole = new Effect.RoleChanged(Effect.RoleName.FOLLOWER, 0, currentTerm);
        durability = new Durability(lastAsked, log.lastIndex());
    }

    // ---- what the roles read

    RaftConfig config() {
        return config;
    }

    long self() {
        return config.self();
    }

    RaftLog log() {
        return log;
    }

    long currentTerm() {
        return currentTerm;
    }

    long votedFor() {
        return votedFor;
    }

    long commitIndex() {
        return commitIndex;
    }

    /**
     * How far this member acts on what is committed: applies it and, as leader, tells others. Not as far as a conf change
     * whose commit is not on its own disk yet. Of two voters one that is removed leaves when it hears of it, or the
     * operator ends it when told; if the other did not know that after a crash, it would wait for ever for its vote.
     */
    long settledCommit() {
        long first = unsettledConfChange();
        return first == 0 ? commitIndex : first - 1;
    }

    private long unsettledConfChange() {
        return log.firstConfChangeBetween(Math.max(durability.commitIndex(), handedOutIndex), commitIndex);
    }

    /** The log is durable up to here: what a leader counts itself for. */
    long durableIndex() {
        return durability.index();
    }

    Membership membership() {
        return membership;
    }

    boolean isVoter() {
        return membership.isVoter(self());
    }

    /** True if this member is the only one that votes: its own disk is the majority. */
    boolean isLoneVoter() {
        return membership.voters().size() == 1 && isVoter();
    }

    /**
     * §5.2: randomised, so that split votes are rare; drawn anew for each role. Up to 1.7 election timeouts, not 2: votes
     * that meet are settled by id, and the last turn there is decides about the slowest failovers.
     */
    int drawElectionTimeout() {
        return config.electionTicks() + random.nextInt((config.electionTicks() * 7 + 9) / 10);
    }

    /** Ticks until the next turn where it is known that this one elects nobody: at most half an election timeout. */
    int drawTurn() {
        return 1 + random.nextInt((config.electionTicks() + 1) / 2);
    }

    long drawReadBase() {
        return random.nextLong();
    }

    // ---- term and vote

    /** §5.1: a later term was seen or is begun; nobody has this member's vote in it. */
    void enterTerm(long term) {
        Invariant.check(term > currentTerm, "term-monotonic", term, currentTerm);
        currentTerm = term;
        votedFor = 0;
    }

    /** §5.2: at most one vote per term. */
    void voteFor(long candidate) {
        Invariant.check(votedFor == 0 || votedFor == candidate, "one-vote-per-term", votedFor, candidate);
        votedFor = candidate;
    }

    /** True once this member's vote for itself in this term is durable, and so may be counted. */
    boolean ownVoteIsDurable() {
        return votedFor == self() && durability.covers(currentTerm, votedFor);
    }

    /**
     * True if this member could lead. Not while a committed conf change is unapplied: it would campaign in a membership
     * that no longer counts, and its majority need not overlap with the present one (thesis §4.1). Not while a store is
     * being installed.
     */
    boolean mayCampaign() {
        return isVoter() && installing == null && !log.hasConfChangeBetween(membershipIndex, commitIndex);
    }

    /** True while a conf change of the log, committed or not, is not part of the membership (thesis §4.1). */
    boolean hasUnappliedConfChange() {
        return log.hasConfChangeBetween(membershipIndex, log.lastIndex());
    }

    // ---- log and commit

    /** Adds entries at the end and has them written. */
    void append(List<Entry> entries) {
        log.append(entries);
        step.entries(entries);
        Invariant.check(
                log.last().term() <= currentTerm, "log-within-term", log.last().term(), currentTerm);
    }

    /** §5.3: deletes an entry that conflicts with a new one and all that follow it. */
    void truncateFrom(long index) {
        Invariant.check(index > commitIndex, "committed-never-truncated", index, commitIndex);
        log.truncateFrom(index);
        durability.truncated(index);
    }

    void commitTo(long index) {
        Invariant.check(index >= commitIndex, "commit-monotonic", index, commitIndex);
        Invariant.check(index <= log.lastIndex(), "commit-within-log", index, log.lastIndex());
        commitIndex = index;
    }

    /** The state machine is durable up to the mark; forgets older entries, but for some that slow peers may need. */
    void compact(Event.Compact compact, long neededFromIndex) {
        long markIndex = compact.mark().index();
        Invariant.check(markIndex <= handedOutIndex, "compact-only-applied", markIndex, handedOutIndex);
        long upTo = markIndex - compact.keepEntries();
        boolean hold = neededFromIndex < upTo && log.sizeBytes() <= compact.maxHeldBytes();
        log.compactTo(hold ? neededFromIndex : upTo);
    }

    // ---- membership

    /** Takes over the membership as of {@code index}; false if it is known already. */
    boolean applyMembership(long index, Membership applied) {
        if (index <= membershipIndex) {
            return false;
        }
        Invariant.check(index <= handedOutIndex, "membership-only-committed", index, handedOutIndex);
        membership = applied;
        membershipIndex = index;
        return true;
    }

    void applied(long index) {
        Invariant.check(index <= handedOutIndex, "applied-within-handed-out", index, handedOutIndex);
    }

    // ---- snapshots

    /** §7: asks for the received store to be installed; nothing is handed out until that has ended. */
    void install(SnapshotMark mark, long leader) {
        if (installing == null || installing.index() < mark.index()) {
            installing = mark;
            step.snapshot(new Effect.InstallSnapshot(mark, leader));
        }
    }

    void installationAbandoned() {
        installing = null;
    }

    /**
     * §7: the store now holds everything up to the mark. If the log has the mark's entry, what follows it is kept;
     * otherwise the whole log is discarded.
     */
    void installed(SnapshotMark mark) {
        if (installing != null && installing.index() <= mark.index()) {
            installing = null;
        }
        if (mark.index() <= handedOutIndex) {
            return;
        }
        if (log.matches(mark.id())) {
            log.compactTo(mark.index());
        } else {
            Invariant.check(mark.index() > commitIndex, "committed-never-truncated", mark.index(), commitIndex);
            log.restartBehind(mark.id());
            durability.truncated(1);
        }
        durability.raisedTo(mark.index());
        handedOutIndex = mark.index();
        if (mark.index() > commitIndex) {
            commitTo(mark.index());
        }
        applyMembership(mark.index(), mark.membership());
    }

    void persisted(EntryId last) {
        durability.persisted(last);
    }

    // ---- effects

    /** Tells the owner something. */
    void tell(Effect fact) {
        step.fact(fact);
    }

    /** Hands out a read that may run; comes behind the commits. */
    void tellRead(Effect.ReadReady read) {
        step.read(read);
    }

    void askForSnapshot(long peer) {
        step.snapshot(new Effect.SendSnapshot(peer));
    }

    /** Sends what promises no more than the sender's term: at once if that term and vote are durable, as they mostly are. */
    void send(Message message) {
        promise(message, 0);
    }

    /** Sends what promises that this term, this vote and the log up to {@code upTo} survive a crash (§5.1, Figure 2). */
    void promise(Message message, long upTo) {
        if (durability.covers(currentTerm, votedFor) && upTo <= durability.index()) {
            step.send(message);
        } else {
            step.promise(message);
        }
    }

    /**
     * Ends the event.
     *
     * @param saveCommit write the commit index even if nothing else is to be written: it is a hint, so it rides along
     *     with other writes and is saved alone at most once a tick
     */
    Step finish(Role role, boolean saveCommit) {
        return step.build(roleChange(role), persist(saveCommit), commit());
    }

    private List<Effect> roleChange(Role role) {
        var now = new Effect.RoleChanged(role.name(), role.leader(), currentTerm);
        if (now.equals(lastRole)) {
            return List.of();
        }
        lastRole = now;
        return List.of(now);
    }

    private List<Effect.Persist> persist(boolean saveCommit) {
        var now = new HardState(currentTerm, votedFor, commitIndex);
        boolean unsettled = lastAsked.commitIndex() < unsettledConfChange();
        boolean mustSync = step.mustPersist() || now.mustSyncAfter(lastAsked) || unsettled;
        boolean changed = !now.equals(lastAsked);
        if (!mustSync && !(saveCommit && changed)) {
            return List.of();
        }
        lastAsked = now;
        durability.asked(log.last(), now);
        return List.of(step.persist(changed ? now : null, log.last(), mustSync));
    }

    /**
     * Hands out what is committed and durable here. A follower could apply before its own write ends, since a majority
     * has the entry; waiting makes "applied implies in the log after a crash" hold on every member, which is what the
     * recovered state is checked against.
     */
    private List<Effect> commit() {
        long upTo = Math.min(settledCommit(), durability.index());
        if (installing != null || upTo <= handedOutIndex) {
            return List.of();
        }
        List<Entry> entries = log.slice(handedOutIndex + 1, upTo);
        handedOutIndex = upTo;
        return List.of(new Effect.Commit(entries));
    }
}
