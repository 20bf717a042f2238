package io.actd.raft;

import io.actd.invariant.Invariant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;

/**
 * The log of one member as it is in memory: everything behind {@link #start()}, without gap, terms never falling.
 *
 * <p>Lists handed out are copies of references: truncation and compaction never alter them.
 */
final class RaftLog {
    /** The entry just before the first one held: the snapshot mark, or less far back if catch-up entries are kept. */
    private EntryId start;

    /** {@code entries.get(i)} has index {@code start.index() + 1 + i}. */
    private final ArrayList<Entry> entries = new ArrayList<>();

    /** Of all entries held. */
    private long sizeBytes;

    /** Indices of the conf changes held, ascending: asked for at each campaign and each conf change. */
    private final ArrayDeque<Long> confChanges = new ArrayDeque<>();

    RaftLog(EntryId start) {
        this.start = start;
    }

    EntryId start() {
        return start;
    }

    long firstIndex() {
        return start.index() + 1;
    }

    long lastIndex() {
        return start.index() + entries.size();
    }

    EntryId last() {
        return entries.isEmpty() ? start : entries.get(entries.size() - 1).id();
    }

    /** True if the log has, or is known to have had, exactly this entry. */
    boolean matches(EntryId id) {
        return holdsTermOf(id.index()) && termAt(id.index()) == id.term();
    }

    boolean holdsTermOf(long index) {
        return index >= start.index() && index <= lastIndex();
    }

    /** Term of the entry at {@code index}, which must lie between the start and the end of the log. */
    long termAt(long index) {
        return index == start.index() ? start.term() : at(index).term();
    }

    private Entry at(long index) {
        return entries.get((int) (index - start.index() - 1));
    }

    /** Adds entries that follow directly on the last one. */
    void append(List<Entry> more) {
        EntryId last = last();
        for (Entry entry : more) {
            Invariant.check(entry.index() == last.index() + 1, "log-without-gap", entry.index(), last.index());
            Invariant.check(entry.term() >= last.term(), "log-terms-never-fall", entry.term(), last.term());
            if (entry.type() == Entry.Type.CONF_CHANGE) {
                confChanges.addLast(entry.index());
            }
            entries.add(entry);
            sizeBytes += entry.sizeBytes();
            last = entry.id();
        }
    }

    /** Forgets everything from {@code index} on (§5.3: an existing entry conflicts with a new one). */
    void truncateFrom(long index) {
        sizeBytes -= sizeBytes(index, lastIndex());
        entries.subList((int) (index - firstIndex()), entries.size()).clear();
        while (!confChanges.isEmpty() && confChanges.getLast() >= index) {
            confChanges.removeLast();
        }
    }

    /** Forgets the entries up to {@code index}; does nothing if they are gone already. */
    void compactTo(long index) {
        if (index <= start.index()) {
            return;
        }
        EntryId newStart = new EntryId(termAt(index), index);
        sizeBytes -= sizeBytes(firstIndex(), index);
        entries.subList(0, (int) (index - start.index())).clear();
        start = newStart;
        while (!confChanges.isEmpty() && confChanges.getFirst() <= index) {
            confChanges.removeFirst();
        }
    }

    /** Discards the whole log; it restarts behind {@code mark} (§7). */
    void restartBehind(EntryId mark) {
        entries.clear();
        confChanges.clear();
        sizeBytes = 0;
        start = mark;
    }

    /** The entries {@code from..to}, both included. */
    List<Entry> slice(long from, long to) {
        return List.copyOf(entries.subList((int) (from - firstIndex()), (int) (to - firstIndex()) + 1));
    }

    /** Entries from {@code from} on up to {@code maxBytes}, but at least one if there is one. */
    List<Entry> slice(long from, int maxBytes) {
        long bytes = 0;
        long to = from - 1;
        while (to < lastIndex()) {
            bytes += at(to + 1).sizeBytes();
            if (bytes > maxBytes && to >= from) {
                break;
            }
            to++;
        }
        return to < from ? List.of() : slice(from, to);
    }

    /** Bytes of all entries held. */
    long sizeBytes() {
        return sizeBytes;
    }

    /** Bytes of the entries {@code from..to}, both included. */
    long sizeBytes(long from, long to) {
        long bytes = 0;
        for (long index = from; index <= to; index++) {
            bytes += at(index).sizeBytes();
        }
        return bytes;
    }

    /**
     * The last entry at or before {@code index} whose term is not above {@code term}: the furthest place where a log
     * that has {@code (term, index)} can still agree with this one (§5.3, conflict hints). Before the start of the log
     * nothing is known, so the question itself is the answer.
     */
    EntryId lastNotAfter(long index, long term) {
        if (index < start.index()) {
            return new EntryId(term, index);
        }
        long low = start.index();
        long high = Math.min(index, lastIndex());
        while (low < high) { // terms never fall, so the wanted entry is found by halving
            long middle = low + (high - low + 1) / 2;
            if (termAt(middle) <= term) {
                low = middle;
            } else {
                high = middle - 1;
            }
        }
        return new EntryId(termAt(low), low);
    }

    /** True if a conf change lies in {@code (after, upTo]}. */
    boolean hasConfChangeBetween(long after, long upTo) {
        return firstConfChangeBetween(after, upTo) != 0;
    }

    /** Index of the first conf change in {@code (after, upTo]}, 0 if there is none. */
    long firstConfChangeBetween(long after, long upTo) {
        for (long index : confChanges) {
            if (index > after && index <= upTo) {
                return index;
            }
        }
        return 0;
    }
}
