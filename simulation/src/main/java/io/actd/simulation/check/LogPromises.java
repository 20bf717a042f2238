package io.actd.simulation.check;

import io.actd.raft.Entry;
import io.actd.raft.EntryId;
import io.actd.raft.Message.AppendEntries;
import io.actd.raft.Message.AppendEntriesReply;
import io.actd.simulation.thread.JournalTap;
import io.actd.wal.WalBatch;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Raft's promises about logs, judged by what members write and find in theirs, send of them and apply. */
final class LogPromises {
    /** What an id stands for: with that of the entry before, by induction, the whole log up to there. */
    private record Placed(EntryId previous, Entry.Type type, int content) {}

    /** The log of one member over all its lives. */
    private final class Log implements JournalTap.Reader {
        final long member;
        WrittenLog durable = new WrittenLog();
        WrittenLog written = new WrittenLog();

        /** What {@link #written} has more than {@link #durable}. */
        @Nullable
        WalBatch underWay;

        /** What this life found, until it goes on from there. */
        @Nullable
        WrittenLog found;

        boolean goesOn;

        Log(long member) {
            this.member = member;
        }

        void starts() {
            if (found != null) goOn();
            goesOn = false;
        }

        @Override
        public void recovers(WalBatch batch) {
            if (found == null) found = new WrittenLog();
            place(found, batch);
        }

        /** From what was found; nobody knows how much of the last batch of the life before that is. */
        void goOn() {
            goesOn = true;
            var from = found == null ? new WrittenLog() : found;
            var lost = durable.lostIn(from, underWay);
            if (!lost.isEmpty()) violated.accept("LOG_KEPT " + Long.toHexString(member) + " has lost " + lost);
            written = from;
            durable = from.copy();
            underWay = null;
            found = null;
        }

        @Override
        public void writes(WalBatch batch) {
            if (!goesOn) goOn();
            isDurable();
            checkHardState(batch);
            if (!batch.entries().isEmpty() && batch.entries().getFirst().index() <= written.lastIndex()) replaced++;
            if (written.isRestartedBy(batch)) installed++;
            place(written, batch);
            underWay = batch;
        }

        /** What a restart begins with is never taken back: or a mark that counted would not count any more (D17). */
        private void checkHardState(WalBatch batch) {
            var going = written.goingBackTo(batch.hardState());
            if (!going.isEmpty()) violated.accept("HARD_STATE_MONOTONIC " + Long.toHexString(member) + " " + going);
        }

        void isDurable() {
            if (underWay != null) durable.add(underWay);
            underWay = null;
        }

        /** Only what the own log has is applied: a crash must not take back what somebody was told (D2). */
        void applied(EntryId entry) {
            if (!goesOn) goOn();
            if (!written.covers(entry))
                violated.accept("WRITTEN_BEFORE_APPLIED " + Long.toHexString(member) + " has applied " + entry
                        + " with a " + written);
            else if (underWay != null && underWay.entries().stream().anyMatch(e -> e.id().equals(entry))) isDurable();
        }

        /** A vote that others know of is on its disk (§5.2). */
        void voted(long term, long candidate) {
            if (!goesOn) goOn();
            if (written.hasVote(term, candidate) && !durable.hasVote(term, candidate)) isDurable();
        }

        /** What a member says it holds is on its disk (Figure 2), and with one entry of a batch all of it. */
        void acknowledged(AppendEntriesReply reply) {
            if (!goesOn) goOn();
            if (reachesWhatIsUnderWay(reply.matchIndex())) {
                long start = written.start().index();
                var held = written.at(Math.clamp(reply.matchIndex(), start, written.lastIndex()));
                if (held.term() <= reply.term()) isDurable();
            }
            if (reply.matchIndex() > written.lastIndex())
                violated.accept("DURABLE_BEFORE_SENT " + reply + " by " + written);
        }

        private boolean reachesWhatIsUnderWay(long index) {
            return underWay != null
                    && !underWay.entries().isEmpty()
                    && underWay.entries().getFirst().index() <= index;
        }
    }

    private final Consumer<String> violated;
    private final Map<EntryId, Placed> placed = new HashMap<>();
    private final Map<Long, Log> logs = new HashMap<>();
    private final TreeMap<Long, EntryId> committed = new TreeMap<>(); // the last, by the term somebody knew of it

    private long replaced;
    private long installed;

    LogPromises(Consumer<String> violated) {
        this.violated = violated;
    }

    private Log log(long member) {
        return logs.computeIfAbsent(member, Log::new);
    }

    JournalTap.Reader reader(long member) {
        return log(member);
    }

    /** A member's next life begins. */
    void starts(long member) {
        log(member).starts();
    }

    /** A member that is in that term has applied the log up to this entry. */
    void applied(long member, long term, EntryId entry) {
        log(member).applied(entry);
        committed.merge(term, entry, (one, other) -> one.index() >= other.index() ? one : other);
    }

    /** A member has let others know of its vote. */
    void voted(long member, long term, long candidate) {
        log(member).voted(term, candidate);
    }

    /** Whatever a leader sends is in its log. */
    void sent(AppendEntries append) {
        place(append.previous(), append.entries());
    }

    void addTo(Map<Moment, Long> moments) {
        moments.put(Moment.ENTRIES_REPLACED, replaced);
        moments.put(Moment.STORE_INSTALLED, installed);
    }

    void acknowledged(AppendEntriesReply reply) {
        if (!reply.rejected()) log(reply.from()).acknowledged(reply);
    }

    private void place(WrittenLog log, WalBatch batch) {
        for (var entry : batch.entries()) {
            if (entry.index() <= log.start().index()) continue;
            var previous = log.at(entry.index() - 1);
            place(previous, entry);
            if (previous.term() < entry.term()) checkCompleteness(log, entry.id());
            log.add(entry.id());
        }
        log.addRest(batch);
    }

    private void place(EntryId previous, List<Entry> entries) {
        var before = previous;
        for (var entry : entries) {
            place(before, entry);
            before = entry.id();
        }
    }

    /** Log Matching (§5.3): index and term name one entry, and everything before it. */
    private void place(EntryId previous, Entry entry) {
        var its = new Placed(
                previous, entry.type(), Arrays.hashCode(entry.payload().bytes()));
        var before = placed.putIfAbsent(entry.id(), its);
        if (before != null && !before.equals(its))
            violated.accept("LOG_MATCHING two entries " + entry.id() + ": " + before + " and " + its);
    }

    /**
     * Leader Completeness (§5.4.3): what was committed in an earlier term is in the log of every later leader. A log before
     * the first entry of a term is, by Log Matching, that of its leader.
     */
    private void checkCompleteness(WrittenLog log, EntryId firstOfTerm) {
        for (var known : committed.headMap(firstOfTerm.term()).entrySet()) {
            var last = known.getValue();
            if (last.index() >= firstOfTerm.index() || !log.covers(last))
                violated.accept("LEADER_COMPLETENESS " + firstOfTerm + " follows in " + log + ", but " + last
                        + " was committed in term " + known.getKey());
        }
    }
}
