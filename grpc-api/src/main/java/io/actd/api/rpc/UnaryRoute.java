package io.actd.api.rpc;

import com.google.protobuf.Message;
import com.google.protobuf.Parser;
import io.actd.api.ApiMetrics;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import org.apache.pekko.http.javadsl.model.HttpResponse;
import org.apache.pekko.http.scaladsl.model.HttpEntity;
import org.apache.pekko.http.scaladsl.model.HttpRequest;
import org.apache.pekko.stream.Materializer;
import org.apache.pekko.util.ByteString;

/**
 * A unary method on the wire.
 *
 * <p>Nearly every request comes in one DATA frame and is {@code Strict}: it is parsed and answered without a stream, a
 * timer or a hand-off of our own. A body in pieces is collected first, up to the limit.
 */
final class UnaryRoute<Q extends Message> implements Route {
    /** What all routes share. */
    record Shared(Admission admission, ApiMetrics metrics, int maxBytes, Materializer materializer) {}

    private final Shared shared;
    private final ApiMetrics.Rpc rpc;
    private final Parser<Q> parser;
    private final boolean byLearners;
    private final UnaryMethod<Q> method;

    UnaryRoute(Shared shared, ApiMetrics.Rpc rpc, Parser<Q> parser, boolean byLearners, UnaryMethod<Q> method) {
        this.shared = shared;
        this.rpc = rpc;
        this.parser = parser;
        this.byLearners = byLearners;
        this.method = method;
    }

    @Override
    public CompletionStage<HttpResponse> handle(HttpRequest request) {
        var call = new UnaryCall(rpc);
        try {
            var headers = CallHeaders.of(request);
            shared.metrics.clientRequest(false, headers.clientApiVersion());
            headers.checkEncoding();
            call.within(headers.timeoutNanos());
            var refusal = shared.admission.check(headers, byLearners);
            if (refusal != null) {
                discard(request);
                call.refuse(refusal);
            } else if (request.entity() instanceof HttpEntity.Strict strict) {
                serve(strict.data(), headers.encoding(), call);
            } else {
                collect(request, headers.encoding(), call);
            }
        } catch (RpcFailure failure) {
            discard(request);
            call.fail(failure.status());
        } catch (RuntimeException | StackOverflowError e) {
            call.broken(e);
        }
        return call;
    }

    private void serve(ByteString data, String encoding, UnaryCall call) {
        rpc.received(data.length());
        method.call(Frames.parseSingle(data, parser, encoding, shared.maxBytes), call);
    }

    private void collect(HttpRequest request, String encoding, UnaryCall call) {
        request.entity()
                .getDataBytes()
                .via(new FrameGate(encoding, shared.maxBytes, 1))
                .runFold(ByteString.emptyByteString(), ByteString::concat, shared.materializer)
                .whenComplete((data, failure) -> {
                    try {
                        if (failure == null) serve(data, CallHeaders.IDENTITY, call);
                        else call.fail(statusOf(failure));
                    } catch (RpcFailure e) {
                        call.fail(e.status());
                    } catch (RuntimeException | StackOverflowError e) {
                        call.broken(e);
                    }
                });
    }

    private void discard(HttpRequest request) {
        if (!(request.entity() instanceof HttpEntity.Strict)) request.discardEntityBytes(shared.materializer);
    }

    /** A body that stopped short of its end is the client's going away: nobody reads this. */
    private static GrpcStatus statusOf(Throwable failure) {
        var cause = failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
        return cause instanceof RpcFailure rpcFailure
                ? rpcFailure.status()
                : new GrpcStatus(GrpcStatus.CANCELLED, "context canceled");
    }
}
