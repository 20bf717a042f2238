package io.actd.raft;

import java.util.List;

/** What can happen to a member, as its rules see it. */
public sealed interface Event {
    /** One unit of time passed. Heartbeats and elections are counted in these. */
    record Tick() implements Event {}

    /** A message of another member arrived. */
    record Receive(Message message) implements Event {}

    /**
     * Clients want these commands in the log. Answered by {@link Effect.Appended}, {@link Effect.Send} of a
     * {@link Message.ForwardedProposal}, or {@link Effect.ProposalDropped}.
     *
     * @param type a conf change comes alone, and only while none is unapplied (thesis §4.1)
     */
    record Propose(Entry.Type type, List<Payload> payloads) implements Event {
        public Propose {
            if (payloads.isEmpty() || (type == Entry.Type.CONF_CHANGE && payloads.size() > 1)) {
                throw new IllegalArgumentException("a conf change comes alone, and nothing never: " + payloads.size());
            }
        }
    }

    /**
     * A client wants to read what is linearizable. Answered by {@link Effect.ReadReady} or
     * {@link Effect.ReadDropped} with the same id.
     *
     * @param readId unique for the lifetime of this member's process
     */
    record ReadIndex(long readId) implements Event {}

    /**
     * The oldest outstanding {@link Effect.Persist} is durable. Each gets its own event, in order, however many were
     * gathered into one sync.
     *
     * @param last last entry id of the log as of that effect
     */
    record Persisted(EntryId last) implements Event {}

    /** The state machine has applied everything up to here. */
    record Applied(long index) implements Event {}

    /**
     * A conf change entry was applied; from now on this is who takes part. Every committed conf change is answered so,
     * also one that changed nothing: until then no other is accepted.
     */
    record MembershipApplied(long index, Membership membership) implements Event {}

    /**
     * The store is durable up to this applied mark: older entries may be forgotten, but for {@code keepEntries}. A leader
     * also keeps what peers need that answer, or are being sent the store, unless the log is longer than
     * {@code maxHeldBytes}: a copy of the store costs more than a long log.
     */
    record Compact(SnapshotMark mark, long keepEntries, long maxHeldBytes) implements Event {
        /** Keeps nothing for peers. */
        public Compact(SnapshotMark mark, long keepEntries) {
            this(mark, keepEntries, 0);
        }
    }

    /**
     * Campaign at once, without waiting for the election timeout (a lone voter at start-up, tests). Ignored by leaders,
     * learners, and while a committed conf change is not applied: so at start-up it comes behind those.
     */
    record Campaign() implements Event {}

    /** Hand leadership to this voter (thesis §3.10); 0 aborts a running transfer. */
    record TransferLeadership(long to) implements Event {}

    /** The transport lost messages to this peer, or its connection; the leader goes back to probing it. */
    record PeerUnreachable(long peer) implements Event {}

    /**
     * A transfer of the store to this peer ended. If delivered, the peer has it up to {@code mark} at hand, and is now
     * told to install it.
     */
    record SnapshotSent(long peer, SnapshotMark mark, boolean delivered) implements Event {}

    /** The store received from the leader is installed and durable; the log restarts behind the mark. */
    record SnapshotInstalled(SnapshotMark mark) implements Event {}

    /**
     * The {@link Effect.InstallSnapshot} cannot be carried out: the store did not arrive whole. The leader sends it again.
     * Until this or {@link SnapshotInstalled} nothing is handed out for applying.
     */
    record SnapshotAbandoned(SnapshotMark mark) implements Event {}
}
