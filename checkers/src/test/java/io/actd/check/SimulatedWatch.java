package io.actd.check;

import com.google.protobuf.ByteString;
import io.actd.protocol.api.ResponseHeader;
import io.actd.protocol.api.WatchResponse;
import io.actd.protocol.mvcc.Event;
import io.actd.protocol.mvcc.KeyValue;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;

/**
 * Makes the answers a correct server gives to a watch, breaks and progress notes included. What it sends late may have been
 * compacted: then it leaves out pairs before, or cancels the watch.
 */
final class SimulatedWatch {
    private static final int LATEST_NANOS = 400;
    private static final int WAY_NANOS = 50;

    private final SplittableRandom random;
    private final boolean prevKv;
    private final SimulatedHistory.Timeline timeline;
    private final List<History.Answer> answers = new ArrayList<>();
    private long now;
    private boolean overtaken;

    private SimulatedWatch(SplittableRandom random, boolean prevKv, SimulatedHistory.Timeline timeline) {
        this.random = random;
        this.prevKv = prevKv;
        this.timeline = timeline;
    }

    /** Watch 0 is of everything, 1 of a range, 2 without puts, 3 without deletes. */
    static History.Watch of(List<Event> log, SimulatedHistory.Timeline timeline, int which, SplittableRandom random) {
        ByteString from = which == 1 ? ByteString.copyFromUtf8("key 1") : KeyRange.ZERO;
        ByteString end = which == 1 ? ByteString.copyFromUtf8("key 4") : KeyRange.ZERO;
        boolean prevKv = which != 2 || random.nextBoolean();
        long start = 1 + random.nextInt(10);
        SimulatedWatch watch = new SimulatedWatch(random, prevKv, timeline);
        var unanswered = new History.Watch(from, end, start, which != 2, which != 3, prevKv, List.of());
        watch.run(log, unanswered);
        return new History.Watch(from, end, start, which != 2, which != 3, prevKv, watch.answers);
    }

    private void run(List<Event> log, History.Watch wanted) {
        add(created());
        Map<ByteString, KeyValue> live = new HashMap<>();
        WatchResponse.Builder answer = WatchResponse.newBuilder();
        long last = 1;
        for (Event event : log) {
            if (overtaken) return;
            long revision = event.getKv().getModRevision();
            if (revision != last) {
                boolean more = random.nextInt(5) == 0; // one answer may hold several revisions
                if (!more) answer = send(answer, last);
                last = revision;
            }
            KeyValue before = live.get(event.getKv().getKey());
            if (event.getType() == Event.EventType.PUT) live.put(event.getKv().getKey(), event.getKv());
            else live.remove(event.getKv().getKey());
            if (revision >= wanted.from() && isWanted(wanted, event))
                answer.addEvents(
                        prevKv && before != null
                                ? event.toBuilder().setPrevKv(before).build()
                                : event);
        }
        send(answer, last);
    }

    private static boolean isWanted(History.Watch watch, Event event) {
        boolean put = event.getType() == Event.EventType.PUT;
        return KeyRange.contains(watch.key(), watch.rangeEnd(), event.getKv().getKey())
                && (put ? watch.puts() : watch.deletes());
    }

    private WatchResponse.Builder send(WatchResponse.Builder answer, long revision) {
        now = Math.max(now, timeline.made(revision) + random.nextInt(LATEST_NANOS));
        long compacted = timeline.compactedAt(now);
        if (answer.getEventsCount() > 0
                && Histories.revision(answer.getEvents(0)) < compacted
                && random.nextBoolean()) {
            overtaken = true;
            add(WatchResponse.newBuilder()
                    .setCanceled(true)
                    .setCompactRevision(compacted)
                    .build());
            return answer;
        }
        if (answer.getEventsCount() > 0)
            add(withoutCompacted(answer, compacted).setHeader(header(revision)).build());
        if (random.nextInt(8) == 0)
            add(WatchResponse.newBuilder().setHeader(header(revision)).build());
        if (random.nextInt(8) == 0) add(created());
        return WatchResponse.newBuilder();
    }

    private void add(WatchResponse answer) {
        now += random.nextInt(WAY_NANOS);
        answers.add(new History.Answer(now, answer));
    }

    /** Spec W-12, C-4. */
    private static WatchResponse.Builder withoutCompacted(WatchResponse.Builder answer, long compacted) {
        for (Event.Builder event : answer.getEventsBuilderList()) {
            if (event.getKv().getModRevision() <= compacted) event.clearPrevKv();
        }
        return answer;
    }

    static WatchResponse created() {
        return WatchResponse.newBuilder().setCreated(true).build();
    }

    static ResponseHeader header(long revision) {
        return ResponseHeader.newBuilder().setRevision(revision).build();
    }
}
