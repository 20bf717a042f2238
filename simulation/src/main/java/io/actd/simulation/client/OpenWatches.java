package io.actd.simulation.client;

import io.actd.protocol.api.WatchCancelRequest;
import io.actd.protocol.api.WatchRequest;
import io.actd.protocol.api.WatchResponse;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The watches of one stream, and whose each answer is. Answers come in order, so whoever reads them knows what the member
 * knew when it sent them: who is asked for next, and which ids are in use.
 */
final class OpenWatches {
    /** Lets the member choose an id (spec W-4). */
    static final long ANY_ID = 0;

    /** The id of what concerns no watch or all of them (spec W-8, W-23). */
    private static final long NO_ID = -1;

    private record Asked(Watching watching, long id) {}

    private final Deque<Asked> asked = new ArrayDeque<>();
    private final Map<Long, Watching> open = new LinkedHashMap<>();
    private final List<Long> cancelled = new ArrayList<>(); // ids, once for each time it was asked for
    private List<Watching> closed = new ArrayList<>();
    private long lastAssigned = -1;

    /** The request that makes a watch under that id, to be sent behind all before. */
    WatchRequest create(Watching watching, long id) {
        asked.add(new Asked(watching, id));
        return WatchRequest.newBuilder()
                .setCreateRequest(watching.create().setWatchId(id))
                .build();
    }

    /** The request that cancels the watch of that id. */
    WatchRequest cancel(long id) {
        cancelled.add(id);
        return WatchRequest.newBuilder()
                .setCancelRequest(WatchCancelRequest.newBuilder().setWatchId(id))
                .build();
    }

    /** Ids in use, the longest open first. */
    List<Long> ids() {
        return List.copyOf(open.keySet());
    }

    /** Those that were refused, cancelled or overtaken since the last call: their client may make them again. */
    List<Watching> takeClosed() {
        var taken = closed;
        closed = new ArrayList<>();
        return taken;
    }

    /** Gives an answer to those it concerns; empty if it may come now, else what is wrong. */
    String took(WatchResponse answer) {
        if (answer.getCreated()) return created(answer);
        if (answer.getWatchId() == NO_ID) return all(answer);
        var watching = open.get(answer.getWatchId());
        if (watching == null) return "WATCH_OWN_ANSWERS nobody has this id: " + answer;
        if (!answer.getCanceled()) return watching.took(answer);
        open.remove(answer.getWatchId());
        closed.add(watching);
        boolean unasked = answer.getCompactRevision() == 0 && !cancelled.remove((Long) answer.getWatchId());
        if (unasked) return "WATCH_GOES_ON nobody cancelled it: " + answer;
        return watching.took(answer);
    }

    /** Spec W-2, W-4 and W-8. */
    private String created(WatchResponse answer) {
        var next = asked.poll();
        if (next == null) return "WATCH_ONE_CREATION nobody asked for it: " + answer;
        long id = answer.getWatchId();
        if (answer.getCanceled()) {
            closed.add(next.watching);
            return id == NO_ID && open.containsKey(next.id)
                    ? ""
                    : "WATCH_REFUSALS " + next.id + " of " + ids() + ": " + answer;
        }
        boolean right = next.id == ANY_ID ? id > lastAssigned && !open.containsKey(id) : id == next.id;
        if (!right) return "WATCH_IDS asked for " + next.id + " with " + ids() + " in use: " + answer;
        if (next.id == ANY_ID) lastAssigned = id;
        open.put(id, next.watching);
        return next.watching.took(answer);
    }

    /** Progress that was asked for; nobody is told if there is nobody (spec W-23). */
    private String all(WatchResponse answer) {
        if (open.isEmpty()) return "WATCH_OWN_ANSWERS there is no watch: " + answer;
        for (var watching : open.values()) {
            var wrong = watching.took(answer);
            if (!wrong.isEmpty()) return wrong;
        }
        return "";
    }
}
