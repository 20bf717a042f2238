package io.actd.watch;

import com.google.protobuf.CodedOutputStream;
import io.actd.protocol.api.WatchResponse;
import java.util.ArrayList;
import java.util.List;

/**
 * Answers of one stream on their way to its client: in order, one batch out at a time. Whoever adds events asks first
 * whether there is room; answers to requests are bounded by the requests.
 */
final class Outgoing {
    private final WatchOutlet outlet;
    private final WatchSettings settings;
    private List<WatchResponse> queue = new ArrayList<>();
    private long bytes;
    /** True from a batch given to the outlet until it is delivered. */
    private boolean busy;

    Outgoing(WatchOutlet outlet, WatchSettings settings) {
        this.outlet = outlet;
        this.settings = settings;
    }

    /** How many more answers may be queued. */
    int room() {
        return bytes >= settings.queuedBytes() ? 0 : Math.max(0, settings.queuedResponses() - queue.size());
    }

    boolean hasRoom() {
        return room() > 0;
    }

    void add(WatchResponse answer) {
        queue.add(answer);
        bytes += answer.getSerializedSize();
    }

    /** Adds one answer with events, in pieces if it is large and its client can put them together (spec W-18). */
    void addEvents(WatchResponse answer, boolean mayFragment) {
        boolean large = answer.getSerializedSize() >= settings.fragmentBytes() && answer.getEventsCount() > 1;
        if (mayFragment && large) fragments(answer).forEach(this::add);
        else add(answer);
    }

    /** The outlet took the last batch. */
    void delivered() {
        busy = false;
    }

    /** Hands everything queued to the outlet if it is free. */
    void flush() {
        if (busy || queue.isEmpty()) return;
        var batch = queue;
        queue = new ArrayList<>();
        bytes = 0;
        busy = true;
        outlet.send(batch);
    }

    private List<WatchResponse> fragments(WatchResponse answer) {
        var frame = answer.toBuilder().clearEvents().setFragment(true).build();
        var pieces = new ArrayList<WatchResponse>();
        var piece = frame.toBuilder();
        int size = frame.getSerializedSize();
        for (var event : answer.getEventsList()) {
            int more = CodedOutputStream.computeMessageSize(WatchResponse.EVENTS_FIELD_NUMBER, event);
            if (piece.getEventsCount() > 0 && size + more >= settings.fragmentBytes()) {
                pieces.add(piece.build());
                piece = frame.toBuilder();
                size = frame.getSerializedSize();
            }
            piece.addEvents(event);
            size += more;
        }
        pieces.add(piece.setFragment(false).build());
        return pieces;
    }
}
