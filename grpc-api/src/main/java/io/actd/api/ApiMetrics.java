package io.actd.api;

import org.jspecify.annotations.Nullable;

/** What the API layer reports while it works (spec operations.md §8), and what {@code /metrics} shows. Thread-safe and cheap. */
public interface ApiMetrics {
    /** Reports to nobody. */
    ApiMetrics NONE = new ApiMetrics() {};

    /** Kinds of calls as {@code grpc_type} names them. */
    enum Kind {
        UNARY("unary"),
        SERVER_STREAM("server_stream"),
        CLIENT_STREAM("client_stream"),
        BIDI_STREAM("bidi_stream");

        private final String label;

        Kind(String label) {
            this.label = label;
        }

        public String label() {
            return label;
        }
    }

    /** Counters of one method, resolved once so that a call costs no look-up. */
    interface Rpc {
        Rpc NONE = new Rpc() {};

        /** A call began. Returns a mark that {@link #handled} gets back: a time, or 0 if calls are not timed. */
        default long started() {
            return 0;
        }

        /** @param code gRPC status code, 0 to 16 */
        default void handled(int code, long mark) {}

        /** A message came in. */
        default void received(int bytes) {}

        /** A message went out. */
        default void sent(int bytes) {}
    }

    /** Counters of a method; asked for once per method at start (spec OP-80). */
    default Rpc rpc(String service, String method, Kind kind) {
        return Rpc.NONE;
    }

    /** @param clientApiVersion as the client sent it (spec MD-3), null if it did not */
    default void clientRequest(boolean stream, @Nullable String clientApiVersion) {}

    /** A range was read, by itself or in a transaction that only reads; waiting not included. */
    default void ranged(boolean success, long nanos) {}

    /** The store was hashed, whole or up to a revision. */
    default void hashed(boolean upToRevision, long nanos) {}

    /** A {@code /health} was answered. */
    default void healthServed(boolean healthy) {}

    /** @param type {@code livez} or {@code readyz} */
    default void probed(String type, String check, boolean success) {}

    /** Everything to show in Prometheus text form; null answers 404. */
    default @Nullable String exposition() {
        return null;
    }
}
