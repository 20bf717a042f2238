package io.actd.simulation.client;

import com.google.protobuf.ByteString;
import com.google.protobuf.TextFormat;
import io.actd.check.History;
import io.actd.check.KeyRange;
import io.actd.protocol.api.WatchCreateRequest;
import io.actd.protocol.api.WatchCreateRequest.FilterType;
import io.actd.protocol.api.WatchResponse;
import io.actd.protocol.mvcc.Event;
import java.util.ArrayList;
import java.util.List;

/**
 * One watch, whichever stream it is on: how far it has come, and all it was told. It resumes behind what it has (spec
 * W-30) and believes what it is told of progress. Overtaken by compaction it ends in the record; a new one begins where
 * the store does.
 */
public final class Watching {
    /** What is watched. */
    public record Wanted(ByteString key, ByteString rangeEnd, boolean puts, boolean deletes, boolean prevKv) {
        private boolean has(Event event) {
            boolean put = event.getType() == Event.EventType.PUT;
            return (put ? puts : deletes)
                    && KeyRange.contains(key, rangeEnd, event.getKv().getKey());
        }
    }

    private final Wanted wanted;
    private final Recorder recorder;
    private List<History.Answer> answers = new ArrayList<>();
    /** First revision of the record, 0 for "from now on" until that is known. */
    private long from;

    private long next;
    /** Start of its creation on the stream it is on. */
    private long start;

    /** @param from first revision wanted, 0 for "from now on" */
    public Watching(Wanted wanted, long from, Recorder recorder) {
        this.wanted = wanted;
        this.recorder = recorder;
        this.from = from;
        this.next = from;
    }

    /** Everything up to this revision has come, as far as the range has it. */
    public long seenRevision() {
        return next - 1;
    }

    /** All events in the record so far; of a watch that was never overtaken. */
    public List<Event> events() {
        return answers.stream()
                .flatMap(answer -> answer.response().getEventsList().stream())
                .toList();
    }

    /** Whether the log has an event it wants and does not have yet. */
    boolean lacks(List<Event> log) {
        if (next == 0) return true; // not even its creation was answered
        for (int last = log.size() - 1; last >= 0; last--) {
            var event = log.get(last);
            if (event.getKv().getModRevision() < next) return false;
            if (wanted.has(event)) return true;
        }
        return false;
    }

    @Override
    public String toString() {
        return "the watch of %s to %s, puts %s, deletes %s, from %d"
                .formatted(
                        TextFormat.escapeBytes(wanted.key()),
                        TextFormat.escapeBytes(wanted.rangeEnd()),
                        wanted.puts(),
                        wanted.deletes(),
                        next);
    }

    /** Makes it, at first and again. */
    WatchCreateRequest.Builder create() {
        start = next;
        var create = WatchCreateRequest.newBuilder()
                .setKey(wanted.key())
                .setRangeEnd(wanted.rangeEnd())
                .setStartRevision(start)
                .setProgressNotify(true)
                .setPrevKv(wanted.prevKv());
        if (!wanted.puts()) create.addFilters(FilterType.NOPUT);
        if (!wanted.deletes()) create.addFilters(FilterType.NODELETE);
        return create;
    }

    /** An answer to this watch, or to all of its stream; empty if it may come, else what is wrong. */
    String took(WatchResponse answer) {
        answers.add(recorder.heard(answer));
        long revision = answer.getHeader().getRevision();
        if (answer.getCreated()) {
            if (next == 0) {
                from = revision + 1;
                next = from;
            }
        } else if (answer.getCompactRevision() > 0) {
            end();
            from = Math.max(next, answer.getCompactRevision());
            next = from;
        } else if (answer.getEventsCount() > 0) {
            next = answer.getEvents(answer.getEventsCount() - 1).getKv().getModRevision() + 1;
        } else if (!answer.getCanceled()) {
            next = Math.max(next, revision + 1); // a progress note vouches for everything up to it
            if (revision < start) return "WATCH_NOTES_BEGIN_AT_START told of " + revision + " before " + start; // W-22
        }
        return "";
    }

    /** Hands its record over. */
    void end() {
        recorder.watched(new History.Watch(
                wanted.key(), wanted.rangeEnd(), from, wanted.puts(), wanted.deletes(), wanted.prevKv(), answers));
        answers = new ArrayList<>();
    }
}
