package io.actd.api.rpc;

import io.actd.protocol.Refusal;
import java.io.Serial;

/** Ends a call with a status. Has no stack trace: it tells the client, not the operator. */
public final class RpcFailure extends RuntimeException {
    @Serial
    private static final long serialVersionUID = 1L;

    private final transient GrpcStatus status;

    public RpcFailure(GrpcStatus status) {
        super(status.message(), null, false, false);
        this.status = status;
    }

    public RpcFailure(Refusal refusal) {
        this(GrpcStatus.of(refusal));
    }

    public GrpcStatus status() {
        return status;
    }
}
