package io.actd.simulation.check;

/** Something that came about in a simulation without being done to it: what a scenario is to lead to. */
public enum Moment {
    /** Another member led than before. */
    LEADER_CHANGED,
    /** Entries of a log gave way to a leader's (§5.3). */
    ENTRIES_REPLACED,
    /** A store sent by the leader took the place of a log (§7). */
    STORE_INSTALLED,
    /** A write of unknown outcome: its answer was lost. */
    ANSWER_LOST,
    /** A linearizable read was answered. */
    READ_ANSWERED,
    /** A read from the asked member's own state was answered. */
    SERIALIZABLE_READ_ANSWERED,
    /** A transaction was refused. */
    TXN_REFUSED,
    /** Compaction was asked for and done. */
    COMPACTED,
    /** Compaction to a revision that deletes a key. */
    COMPACTED_AT_A_DELETION,
    /** A watch began again where it had broken off. */
    WATCH_RESUMED,
    /** A watch began at a revision that was yet to come. */
    WATCH_BEGUN_AHEAD,
    /** A watch was told of something that had happened before it asked. */
    WATCH_READ_HISTORY,
    /** A watch was cancelled, for what it had yet to be told was compacted. */
    WATCH_OVERTAKEN,
    /** A watch was told how far it had come. */
    PROGRESS_TOLD,
    /** A lease was renewed. */
    LEASE_RENEWED,
    /** A lease ended by itself. */
    LEASE_EXPIRED,
    /** A lease was revoked by its holder. */
    LEASE_REVOKED
}
