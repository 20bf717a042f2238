package io.actd.check;

import com.google.protobuf.ByteString;
import io.actd.protocol.api.WatchResponse;
import io.actd.protocol.mvcc.Event;
import java.util.List;
import java.util.Set;

/**
 * Everything seen of one cluster over a while.
 *
 * @param operations calls of all clients, in any order
 * @param log every event since revision 2, from a watch of all keys
 * @param watches other watches
 * @param mayExpire leases that may end by themselves
 */
public record History(List<Operation> operations, List<Event> log, List<Watch> watches, Set<Long> mayExpire) {
    public History {
        operations = List.copyOf(operations);
        log = List.copyOf(log);
        watches = List.copyOf(watches);
        mayExpire = Set.copyOf(mayExpire);
    }

    /** Of clients whose leases outlive the history. */
    public History(List<Operation> operations, List<Event> log, List<Watch> watches) {
        this(operations, log, watches, Set.of());
    }

    /**
     * What a watch was told, and when.
     *
     * @param nanos taken after it came, of the clock of all calls
     */
    public record Answer(long nanos, WatchResponse response) {
        /** The member had applied everything up to here; 0 if it does not say. */
        long shownRevision() {
            int events = response.getEventsCount();
            long last = events == 0 ? 0 : response.getEvents(events - 1).getKv().getModRevision();
            return Math.max(response.getHeader().getRevision(), last);
        }
    }

    /**
     * One watch: its range, its start revision, and all answers to it, reconnects included.
     *
     * @param from the first revision whose events it must have
     * @param puts false if it asked for none
     * @param deletes false if it asked for none
     * @param prevKv whether it asked for the pairs before
     */
    public record Watch(
            ByteString key,
            ByteString rangeEnd,
            long from,
            boolean puts,
            boolean deletes,
            boolean prevKv,
            List<Answer> answers) {
        public Watch {
            answers = List.copyOf(answers);
        }

        /** One without filters. */
        public Watch(ByteString key, ByteString rangeEnd, long from, List<Answer> answers) {
            this(key, rangeEnd, from, true, true, false, answers);
        }

        /** All answers, their times apart. */
        public List<WatchResponse> responses() {
            return answers.stream().map(Answer::response).toList();
        }
    }

    /** A broken promise: which one, and what shows it. */
    public record Violation(Rule rule, String evidence) {
        private static final int ENOUGH_CHARACTERS = 1_500;

        public Violation {
            evidence = evidence.replaceAll("\\s+", " ");
            evidence = evidence.substring(0, Math.min(evidence.length(), ENOUGH_CHARACTERS));
        }
    }

    /** The promises, one sentence each. */
    public enum Rule {
        /** Revisions in the log rise by one, and a revision names a key once unless it was put and deleted. */
        LOG_ORDER,
        /** The revision of an acknowledged write is in the log. */
        NO_LOST_WRITE,
        /** A revision belongs to one write. */
        ONE_WRITE_PER_REVISION,
        /** Every revision was made by somebody. */
        NO_ORPHAN_REVISION,
        /** A write is executed at most once, known or unknown. */
        AT_MOST_ONCE,
        /** What was refused is not executed. */
        NO_REFUSED_WRITE,
        /** A revision has exactly the events its write makes there. */
        RIGHT_EVENTS,
        /** An answer is what the model answers at that revision. */
        RIGHT_ANSWER,
        /** No answer is older than what was complete, or shown to a watch, before the call; a write is newer. */
        NOT_STALE,
        /** What one member answers to one client never goes back, not even a serializable read. */
        SESSION_NOT_BACK,
        /** No answer shows what was asked for only after it returned. */
        NOT_FROM_THE_FUTURE,
        /** Nothing is called compacted, to a call or a watch, before somebody asked for a compaction that far. */
        TRUE_COMPACTION,
        /** A watch shows events in the order of the log. */
        WATCH_ORDERED,
        /** A watch shows no event twice. */
        WATCH_UNIQUE,
        /** A watch shows all events of its range up to the last it shows. */
        WATCH_RELIABLE,
        /** A watch begins, at first and after each break, with the first event from the revision it asked for. */
        WATCH_RESUMABLE,
        /** All events of a revision come in one answer. */
        WATCH_ATOMIC,
        /** A watch shows what is in the log, of its range and not filtered out, and nothing else. */
        WATCH_TRUE_EVENTS,
        /** A progress note comes after every event it vouches for. */
        WATCH_TRUE_PROGRESS,
        /** A previous pair is the one before, and is missing only if there was none or it may be compacted by then. */
        WATCH_TRUE_PREVIOUS,
        /** A watch is cancelled as compacted only if it still needs a revision below. */
        WATCH_GOES_ON,
        /** A lease lives at least as long as granted after its grant or an answered keep-alive. */
        LEASE_NOT_EARLY,
        /** A lease that ended or was revoked is never renewed. */
        LEASE_STAYS_GONE,
        /** No pair hangs on a lease that has ended, and none is put on it. */
        LEASE_LEAVES_NOTHING,
        /** A lease that nobody renews ends, in the time its story allows. */
        LEASE_NOT_LATE
    }
}
