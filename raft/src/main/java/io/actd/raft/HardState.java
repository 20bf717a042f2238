package io.actd.raft;

/**
 * What must be durable before a member answers (Figure 2, "persistent state"), plus the commit index as a hint.
 *
 * @param currentTerm [persistent] latest term seen, monotonic
 * @param votedFor [persistent] candidate voted for in {@code currentTerm}, 0 if none
 * @param commitIndex [volatile in the paper] saved along with other writes; after a crash it may be lower than what was
 *     applied (spec FM-23)
 */
public record HardState(long currentTerm, long votedFor, long commitIndex) {
    public static final HardState ZERO = new HardState(0, 0, 0);

    /** True if a change from {@code previous} must be synced before any message of the new state is sent. */
    public boolean mustSyncAfter(HardState previous) {
        return currentTerm != previous.currentTerm || votedFor != previous.votedFor;
    }
}
