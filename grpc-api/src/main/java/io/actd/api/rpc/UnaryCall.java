package io.actd.api.rpc;

import com.google.protobuf.Message;
import io.actd.api.ApiMetrics;
import io.actd.member.Reply;
import io.actd.protocol.Outcome;
import io.actd.protocol.Refusal;
import java.util.concurrent.CompletableFuture;
import org.apache.pekko.http.javadsl.model.HttpResponse;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One unary call waiting for its answer: the future handed to pekko-http and the reply handed to the member are one
 * object, so that a call costs one. The first answer counts; it never fails, for a failed future would end the
 * connection with all its other calls.
 */
public final class UnaryCall extends CompletableFuture<HttpResponse> implements Reply {
    private static final Logger log = LoggerFactory.getLogger(UnaryCall.class);

    private final ApiMetrics.Rpc rpc;
    private final long mark;
    private long deadlineNanos; // 0: none

    UnaryCall(ApiMetrics.Rpc rpc) {
        this.rpc = rpc;
        this.mark = rpc.started();
    }

    /**
     * No timer is set: whoever has a deadline keeps it himself, and the member answers everything within T (spec
     * OP-61). All that is left is not to answer too late.
     */
    void within(long timeoutNanos) {
        if (timeoutNanos >= 0) deadlineNanos = Math.max(1, System.nanoTime() + timeoutNanos);
    }

    @Override
    public void done(Outcome outcome) {
        switch (outcome) {
            case Outcome.Ok ok -> ok(ok.response());
            case Outcome.Refused refused -> refuse(refused.refusal());
        }
    }

    public void ok(Message response) {
        if (isOverdue()) {
            refuse(Refusal.DEADLINE_EXCEEDED);
            return;
        }
        try {
            var frame = Frames.encode(response);
            if (complete(Answers.ok(frame))) {
                rpc.sent(frame.length());
                rpc.handled(GrpcStatus.OK.code(), mark);
            }
        } catch (RuntimeException e) {
            broken(e);
        }
    }

    public void refuse(Refusal refusal) {
        if (complete(Answers.refused(refusal))) rpc.handled(refusal.code(), mark);
    }

    public void fail(GrpcStatus status) {
        if (complete(Answers.failed(status))) rpc.handled(status.code(), mark);
    }

    /** For what should not happen: the operator gets the cause, the client a status. */
    public void broken(Throwable failure) {
        log.error("a call could not be answered", failure);
        fail(GrpcStatus.unexpected(failure));
    }

    private boolean isOverdue() {
        return deadlineNanos != 0 && System.nanoTime() - deadlineNanos > 0;
    }
}
