package io.actd.watch;

import io.actd.protocol.Refusal;
import io.actd.protocol.api.ResponseHeader;
import io.actd.protocol.api.WatchResponse;
import io.actd.protocol.mvcc.Event;
import java.util.List;

/** The shapes an answer on a Watch stream may have. */
final class Answers {
    private Answers() {}

    /** Spec W-6. */
    static WatchResponse created(ResponseHeader header, long id) {
        return answer(header, id).setCreated(true).build();
    }

    /** Spec W-8: the stream stays usable. */
    static WatchResponse refused(ResponseHeader header, Refusal refusal) {
        return answer(header, WatchSpec.NO_ID)
                .setCreated(true)
                .setCanceled(true)
                .setCancelReason(refusal.text())
                .build();
    }

    /** Spec W-27. */
    static WatchResponse canceled(ResponseHeader header, long id) {
        return answer(header, id).setCanceled(true).build();
    }

    /** Spec W-25; the header is one of revision 0. */
    static WatchResponse compacted(ResponseHeader header, long id, long compactRevision) {
        return answer(header, id)
                .setCanceled(true)
                .setCompactRevision(compactRevision)
                .build();
    }

    /** Spec W-20: everything up to the header's revision was sent before. */
    static WatchResponse progress(ResponseHeader header, long id) {
        return answer(header, id).build();
    }

    static WatchResponse events(ResponseHeader header, long id, List<Event> events) {
        return answer(header, id).addAllEvents(events).build();
    }

    private static WatchResponse.Builder answer(ResponseHeader header, long id) {
        return WatchResponse.newBuilder().setHeader(header).setWatchId(id);
    }
}
