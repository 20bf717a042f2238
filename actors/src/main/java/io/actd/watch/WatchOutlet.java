package io.actd.watch;

import io.actd.protocol.Refusal;
import io.actd.protocol.api.WatchResponse;
import java.util.List;

/**
 * Where a stream's answers go. Called by one stream actor; none of the methods blocks or throws.
 *
 * <p>After {@link #send} nothing more is sent until the stream is told {@link WatchStream.Delivered}.
 */
public interface WatchOutlet {
    void send(List<WatchResponse> responses);

    /** Ends the RPC with this status. */
    void fail(Refusal refusal);
}
