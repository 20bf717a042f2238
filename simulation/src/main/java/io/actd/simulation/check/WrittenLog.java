package io.actd.simulation.check;

import io.actd.raft.EntryId;
import io.actd.raft.HardState;
import io.actd.wal.WalBatch;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What a log holds after some batches, contents apart: everything behind its start. */
final class WrittenLog {
    private EntryId start = EntryId.ZERO;
    private final List<EntryId> entries = new ArrayList<>();
    private HardState hardState = HardState.ZERO;

    WrittenLog copy() {
        var copy = new WrittenLog();
        copy.start = start;
        copy.entries.addAll(entries);
        copy.hardState = hardState;
        return copy;
    }

    EntryId start() {
        return start;
    }

    long lastIndex() {
        return start.index() + entries.size();
    }

    /** The entry at that index, which lies between the start and the end. */
    EntryId at(long index) {
        return index == start.index() ? start : entries.get((int) (index - start.index() - 1));
    }

    /** True if it holds this entry, or had it before its start. */
    boolean covers(EntryId id) {
        return id.index() < start.index()
                || (id.index() <= lastIndex() && at(id.index()).equals(id));
    }

    /** Replaces whatever it holds from there on; entries up to the start are in the store already. */
    void add(EntryId id) {
        if (id.index() <= start.index()) return;
        if (id.index() > lastIndex() + 1) throw new IllegalStateException("a gap before " + id + " in " + this);
        entries.subList((int) (id.index() - start.index() - 1), entries.size()).clear();
        entries.add(id);
    }

    /** All of a batch but its entries, which are written before. */
    void addRest(WalBatch batch) {
        if (batch.hardState() != null) hardState = batch.hardState();
        var mark = newStart(batch);
        if (mark == null) return;
        entries.clear();
        start = mark;
    }

    void add(WalBatch batch) {
        for (var entry : batch.entries()) add(entry.id());
        addRest(batch);
    }

    boolean isRestartedBy(WalBatch batch) {
        return newStart(batch) != null;
    }

    /** The mark of the batch if it is of something this log does not have, so that it restarts there (§7). */
    private @Nullable EntryId newStart(WalBatch batch) {
        var mark = batch.mark();
        return mark == null || covers(mark.id()) ? null : mark.id();
    }

    boolean hasVote(long term, long candidate) {
        return hardState.currentTerm() == term && hardState.votedFor() == candidate;
    }

    /** How the hard state would go back if this one were saved; empty if it does not, or none is saved. */
    String goingBackTo(@Nullable HardState next) {
        if (next == null) return "";
        boolean back = isBehind(next, hardState) || next.commitIndex() < hardState.commitIndex();
        return back ? "goes back from " + hardState + " to " + next : "";
    }

    /**
     * What a restart has lost of this log; empty if nothing.
     *
     * @param found what was read at the start
     * @param underWay what may have been written, too, wholly or in part
     */
    String lostIn(WrittenLog found, @Nullable WalBatch underWay) {
        if (isBehind(found.hardState, hardState)) return hardState + ", found " + found.hardState;
        if (underWay != null && found.start.equals(newStart(underWay))) return "";
        if (found.start.index() < start.index()) return "the start " + start + ", found " + found.start;
        for (long index = found.start.index(); index < endOfWhatStays(underWay); index++) {
            if (index > found.lastIndex() || !found.at(index).equals(at(index))) return at(index) + ", found " + found;
        }
        return "";
    }

    private long endOfWhatStays(@Nullable WalBatch underWay) {
        long end = lastIndex() + 1;
        if (underWay == null || underWay.entries().isEmpty()) return end;
        return Math.min(end, underWay.entries().getFirst().index());
    }

    private static boolean isBehind(HardState found, HardState durable) {
        if (found.currentTerm() != durable.currentTerm()) return found.currentTerm() < durable.currentTerm();
        boolean forgot = durable.votedFor() != 0 && found.votedFor() != durable.votedFor();
        return forgot || found.commitIndex() < durable.commitIndex();
    }

    @Override
    public String toString() {
        return "log behind " + start + " up to " + at(lastIndex()) + " with " + hardState;
    }
}
