package io.actd.raft;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** What must be done about an event. Carried out in the order given. */
public sealed interface Effect {
    /**
     * Make this durable, in this order, then send the messages, then tell the rules {@link Event.Persisted}.
     *
     * <p>Several of these may be gathered into one write and one sync: each still gets its own {@code Persisted}, in
     * order. Entries replace whatever the log holds from the first one's index on.
     *
     * @param hardState the new hard state, null if unchanged
     * @param entries to append, ascending without gap; may be empty, and if there is nothing else either, only the
     *     messages wait for what was written before
     * @param last last entry id of the log once this is written; echoed in {@link Event.Persisted}
     * @param mustSync false if only the commit index moved: such a write may wait for the next
     * @param thenSend messages that promise what is written here
     */
    record Persist(
            @Nullable HardState hardState, List<Entry> entries, EntryId last, boolean mustSync, List<Message> thenSend)
            implements Effect {}

    /** Send now: promises nothing that is not already durable. */
    record Send(Message message) implements Effect {}

    /** Own proposals were given these indices; they may still be replaced by another leader. */
    record Appended(long firstIndex, int count, long term) implements Effect {}

    /**
     * Own proposals of the event at hand go nowhere: no leader is known, a transfer runs, or a bound is reached. The same
     * for a conf change that another member passed on, if it must only wait for the one before.
     */
    record ProposalDropped(DropReason reason, List<Payload> payloads) implements Effect {}

    /** Entries are committed and follow directly on what was committed before. Apply them in order. */
    record Commit(List<Entry> entries) implements Effect {}

    /** The read may run once {@code readIndex} is applied here. */
    record ReadReady(long readId, long readIndex) implements Effect {}

    /** The read must be asked again: leadership moved or no leader is known. */
    record ReadDropped(long readId) implements Effect {}

    /** Role, leader or term changed. {@code leader} is 0 if none is known. */
    record RoleChanged(RoleName role, long leader, long term) implements Effect {}

    /** This peer needs entries the log no longer has: send it the store. */
    record SendSnapshot(long peer) implements Effect {}

    /** The leader's {@link Message.InstallSnapshot} is newer than this log: install the received store. */
    record InstallSnapshot(SnapshotMark mark, long leader) implements Effect {}

    /** The leader's disk has written nothing for an election timeout, others' have: it tries to hand over to that member. */
    record HeldUpByDisk(long to) implements Effect {}

    /** Leadership transfer ended. */
    record TransferEnded(long to, boolean completed) implements Effect {}

    /** Why a proposal was dropped. */
    enum DropReason {
        NO_LEADER,
        TRANSFER_RUNNING,
        CONF_CHANGE_PENDING,
        NOT_A_MEMBER,
        LOG_FULL
    }

    /** The roles of §5.1; a pre-candidate only asks whether it could win. */
    enum RoleName {
        FOLLOWER,
        PRE_CANDIDATE,
        CANDIDATE,
        LEADER
    }
}
