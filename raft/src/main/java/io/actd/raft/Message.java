package io.actd.raft;

import java.util.List;

/**
 * What members say to each other (Figure 2; thesis chapters 3, 4, 6 and 9.6). Every message carries the sender's term,
 * so the term rule (§5.1) is applied in one place. Ids are member ids; a receiver drops what is not addressed to it.
 */
public sealed interface Message {
    /** Sender. */
    long from();

    /** Receiver. */
    long to();

    /** The sender's current term; for pre-votes the term it would campaign in. */
    long term();

    /**
     * RequestVote RPC (§5.2, §5.4.1), or a pre-vote (thesis §9.6).
     *
     * @param last last entry of the candidate's log
     * @param preVote only asking: changes no term and no vote
     * @param leadershipTransfer the old leader asked for it: leader stickiness does not apply (thesis §4.2.3)
     */
    record RequestVote(long from, long to, long term, EntryId last, boolean preVote, boolean leadershipTransfer)
            implements Message {}

    /** Answer to {@link RequestVote}. */
    record RequestVoteReply(long from, long to, long term, boolean preVote, boolean granted) implements Message {}

    /**
     * AppendEntries RPC with entries, or an empty probe (§5.3).
     *
     * @param previous entry immediately before the new ones
     * @param entries to store, may be empty
     * @param leaderCommit the leader's commit index
     */
    record AppendEntries(long from, long to, long term, EntryId previous, List<Entry> entries, long leaderCommit)
            implements Message {}

    /**
     * Answer to {@link AppendEntries} and {@link InstallSnapshot}.
     *
     * @param matchIndex if accepted: last index known equal to the leader's log and durable here; if rejected: the
     *     {@code previous.index} that did not match
     * @param rejected the log has no entry {@code previous}
     * @param hint if rejected: where the leader should look next, the last entry here at or before the conflict with a
     *     term not above the leader's (conflict hints by term, §5.3)
     */
    record AppendEntriesReply(long from, long to, long term, long matchIndex, boolean rejected, EntryId hint)
            implements Message {}

    /**
     * Keeps authority and carries read confirmations (§5.2, thesis §6.4).
     *
     * @param commitIndex what the receiver may commit: never above what it is known to hold
     * @param readRound number of the read confirmation round this belongs to, 0 if none; unique in a term
     */
    record Heartbeat(long from, long to, long term, long commitIndex, long readRound) implements Message {}

    /** Answer to {@link Heartbeat}, with its read round. */
    record HeartbeatReply(long from, long to, long term, long readRound) implements Message {}

    /** InstallSnapshot RPC (§7): only the mark; the state itself travels on a channel of its own before this. */
    record InstallSnapshot(long from, long to, long term, SnapshotMark mark) implements Message {}

    /** The leader asks a follower to campaign at once (thesis §3.10). */
    record TimeoutNow(long from, long to, long term) implements Message {}

    /**
     * A follower passes its client's commands to the leader. The leader appends or silently drops them; a conf change
     * that comes too early ends as {@link Effect.ProposalDropped} there.
     */
    record ForwardedProposal(long from, long to, long term, Entry.Type type, List<Payload> payloads)
            implements Message {}

    /** A follower asks the leader for a read index (thesis §6.4). */
    record ReadIndexRequest(long from, long to, long term, long readId) implements Message {}

    /** Answer to {@link ReadIndexRequest}: reads of that id may run once {@code readIndex} is applied. */
    record ReadIndexReply(long from, long to, long term, long readId, long readIndex) implements Message {}
}
