package io.actd.raft;

/**
 * The point up to which the state machine itself holds the log (§7): everything up to {@code index} is in the store.
 *
 * @param index last included index, 0 before the first
 * @param term term of that entry
 * @param membership the latest membership as of that index
 */
public record SnapshotMark(long index, long term, Membership membership) {
    public static final SnapshotMark NONE = new SnapshotMark(0, 0, Membership.EMPTY);

    public EntryId id() {
        return new EntryId(term, index);
    }
}
