package io.actd.raft;

import io.actd.invariant.Invariant;
import java.util.ArrayDeque;

/**
 * What of this member's state is on disk, and which writes are under way: the other side of "persist before send".
 *
 * <p>Writes become durable in the order they were asked for. An entry that is replaced while its write is under way must
 * not count when that write ends, not even if an equal entry comes back later: between the two, a crash leaves the
 * replacing one on disk. So a truncation lowers what the outstanding writes may vouch for.
 */
final class Durability {
    private final ArrayDeque<Write> outstanding = new ArrayDeque<>();
    private HardState hardState;
    private long index;

    /** One {@link Effect.Persist} under way. */
    private static final class Write {
        final EntryId last;
        final HardState hardState;

        /** Up to this index the log as it is now will be durable with this write. */
        long vouchesFor;

        Write(EntryId last, HardState hardState) {
            this.last = last;
            this.hardState = hardState;
            this.vouchesFor = last.index();
        }
    }

    Durability(HardState hardState, long index) {
        this.hardState = hardState;
        this.index = index;
    }

    /** The log is durable up to here. */
    long index() {
        return index;
    }

    /** The commit index that is durable. */
    long commitIndex() {
        return hardState.commitIndex();
    }

    /** True if this term and this vote are durable. */
    boolean covers(long term, long vote) {
        return hardState.currentTerm() == term && hardState.votedFor() == vote;
    }

    /** A write is handed out: the log ends with {@code last} and the hard state is {@code state} once it is durable. */
    void asked(EntryId last, HardState state) {
        outstanding.addLast(new Write(last, state));
    }

    /** The log was cut: nothing from {@code fromIndex} on is what is, or will soon be, on disk. */
    void truncated(long fromIndex) {
        index = Math.min(index, fromIndex - 1);
        for (Write write : outstanding) {
            write.vouchesFor = Math.min(write.vouchesFor, fromIndex - 1);
        }
    }

    /** The state machine is durable up to {@code markIndex}, whatever becomes of the log. */
    void raisedTo(long markIndex) {
        index = Math.max(index, markIndex);
    }

    /** The oldest outstanding write is durable; or, if several were gathered, all up to the first that ends so. */
    void persisted(EntryId last) {
        while (!outstanding.isEmpty()) {
            Write write = outstanding.removeFirst();
            index = Math.max(index, write.vouchesFor);
            hardState = write.hardState;
            if (write.last.equals(last)) {
                return;
            }
        }
        Invariant.check(false, "persisted-was-asked", last);
    }
}
