package io.actd.watch;

import io.actd.protocol.api.WatchRequest;

/** One client Watch RPC. */
public final class WatchStream {
    private WatchStream() {}

    /** What a stream is told. */
    public interface Command {}

    /** The client sent a request. The sender keeps at most a bounded number unacknowledged. */
    public record Request(WatchRequest request, Runnable accepted) implements Command {}

    /** The outlet took the last batch: the next may be sent. */
    public enum Delivered implements Command {
        INSTANCE
    }

    /** The RPC is over: the client cancelled or its connection is gone. */
    public enum Closed implements Command {
        INSTANCE
    }
}
