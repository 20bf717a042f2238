package io.actd.raft;

/**
 * Names an entry: two entries with equal ids are the same entry, in every log (§5.3, Log Matching).
 *
 * @param term term of the entry, 0 for the position before the first
 * @param index index of the entry, 0 for the position before the first
 */
public record EntryId(long term, long index) implements Comparable<EntryId> {
    public static final EntryId ZERO = new EntryId(0, 0);

    /** The order of "at least as up-to-date" (§5.4.1): the later term wins, then the longer log. */
    @Override
    public int compareTo(EntryId other) {
        return term != other.term ? Long.compare(term, other.term) : Long.compare(index, other.index);
    }
}
