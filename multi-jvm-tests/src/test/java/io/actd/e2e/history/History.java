package io.actd.e2e.history;

import com.google.protobuf.ByteString;
import io.etcd.jetcd.api.Event;
import io.etcd.jetcd.api.WatchResponse;
import java.util.List;

/**
 * Everything seen of one cluster over a while.
 *
 * @param operations calls of all clients, in any order
 * @param log every event since revision 2, from a watch of all keys
 * @param watches other watches
 */
public record History(List<Operation> operations, List<Event> log, List<Watch> watches) {
    public History {
        operations = List.copyOf(operations);
        log = List.copyOf(log);
        watches = List.copyOf(watches);
    }

    /**
     * One watch without filters: its range, its start revision, and all answers to it, reconnects included.
     *
     * @param from the first revision whose events it must have
     */
    public record Watch(ByteString key, ByteString rangeEnd, long from, List<WatchResponse> answers) {
        public Watch {
            answers = List.copyOf(answers);
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
        /** No answer is older than what was complete before the call; a write is newer. */
        NOT_STALE,
        /** No answer shows what was asked for only after it returned. */
        NOT_FROM_THE_FUTURE,
        /** A watch is the log cut to its range: no gap, no repetition, no disorder. */
        WATCH_IS_LOG,
        /** One revision is never split over two answers. */
        WATCH_WHOLE_REVISIONS,
        /** A progress note comes after every event it vouches for. */
        WATCH_TRUE_PROGRESS
    }
}
