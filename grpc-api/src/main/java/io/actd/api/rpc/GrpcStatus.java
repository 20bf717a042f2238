package io.actd.api.rpc;

import io.actd.protocol.Refusal;

/**
 * How a call ended, as the client sees it.
 *
 * @param code 0 to 16
 * @param message not yet percent-encoded
 */
public record GrpcStatus(int code, String message) {
    public static final int CANCELLED = 1;
    public static final int UNKNOWN = 2;
    public static final int DEADLINE_EXCEEDED = 4;
    public static final int NOT_FOUND = 5;
    public static final int RESOURCE_EXHAUSTED = 8;
    public static final int UNIMPLEMENTED = 12;
    public static final int INTERNAL = 13;

    public static final GrpcStatus OK = new GrpcStatus(0, "");

    public static GrpcStatus of(Refusal refusal) {
        return new GrpcStatus(refusal.code(), refusal.text());
    }

    public static GrpcStatus unimplemented(String message) {
        return new GrpcStatus(UNIMPLEMENTED, message);
    }

    public static GrpcStatus internal(String message) {
        return new GrpcStatus(INTERNAL, message);
    }

    /** Something broke here that is nobody's request: the text says no more than it must. */
    public static GrpcStatus unexpected(Throwable failure) {
        return internal("actd: internal error: " + failure.getClass().getSimpleName());
    }
}
