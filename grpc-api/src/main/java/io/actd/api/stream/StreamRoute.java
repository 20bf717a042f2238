package io.actd.api.stream;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import com.google.protobuf.Parser;
import io.actd.api.ApiMetrics;
import io.actd.api.rpc.Answers;
import io.actd.api.rpc.CallHeaders;
import io.actd.api.rpc.FrameGate;
import io.actd.api.rpc.GrpcStatus;
import io.actd.api.rpc.Route;
import io.actd.api.rpc.RpcFailure;
import io.grpc.Status;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import org.apache.pekko.NotUsed;
import org.apache.pekko.grpc.GrpcProtocol.GrpcProtocolReader;
import org.apache.pekko.grpc.GrpcProtocol.GrpcProtocolWriter;
import org.apache.pekko.grpc.Trailers;
import org.apache.pekko.grpc.javadsl.GoogleProtobufSerializer;
import org.apache.pekko.grpc.javadsl.GrpcMarshalling;
import org.apache.pekko.http.javadsl.model.HttpEntities;
import org.apache.pekko.http.javadsl.model.HttpResponse;
import org.apache.pekko.http.scaladsl.model.HttpRequest;
import org.apache.pekko.http.scaladsl.model.http2.PeerClosedStreamException;
import org.apache.pekko.stream.javadsl.Source;
import org.apache.pekko.util.ByteString;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A streaming method on the wire: pekko-grpc's marshalling, with {@link FrameGate} before it and {@link CallWatch}
 * behind it. Its generated handlers are not used, for they hide the metadata, compress whatever the client would take,
 * and fail their future when they do not know an encoding.
 */
public final class StreamRoute<Q extends Message, R extends Message> implements Route {
    private static final Logger log = LoggerFactory.getLogger(StreamRoute.class);

    /** What is negotiated with, whatever the client would take: answers are never compressed (spec LM-2). */
    private static final org.apache.pekko.http.javadsl.model.HttpRequest UNCOMPRESSED =
            org.apache.pekko.http.javadsl.model.HttpRequest.POST("/")
                    .withEntity(HttpEntities.create(Answers.GRPC, ByteString.emptyByteString()));

    private static final GrpcStatus CLIENT_LEFT = new GrpcStatus(GrpcStatus.CANCELLED, "context canceled");

    private final StreamContext context;
    private final ApiMetrics.Rpc rpc;
    private final long maxMessages;
    private final GoogleProtobufSerializer<Q> requests;
    private final GoogleProtobufSerializer<R> responses;
    private final Function<Source<Q, NotUsed>, Source<R, NotUsed>> body;

    /** @param maxMessages 1 if the client sends a single request */
    StreamRoute(
            StreamContext context,
            ApiMetrics.Rpc rpc,
            long maxMessages,
            Parser<Q> requests,
            Parser<R> responses,
            Function<Source<Q, NotUsed>, Source<R, NotUsed>> body) {
        this.context = context;
        this.rpc = rpc;
        this.maxMessages = maxMessages;
        this.requests = new GoogleProtobufSerializer<>(requests);
        this.responses = new GoogleProtobufSerializer<>(responses);
        this.body = body;
    }

    @Override
    public CompletionStage<HttpResponse> handle(HttpRequest request) {
        long mark = rpc.started();
        GrpcStatus failed;
        try {
            var headers = CallHeaders.of(request);
            context.metrics().clientRequest(true, headers.clientApiVersion());
            headers.checkEncoding();
            var refusal = context.admission().check(headers, false);
            if (refusal == null) return open(request, headers, mark);
            failed = GrpcStatus.of(refusal);
        } catch (RpcFailure failure) {
            failed = failure.status();
        } catch (RuntimeException e) {
            failed = unexpected(e);
        }
        request.discardEntityBytes(context.materializer());
        rpc.handled(failed.code(), mark);
        return CompletableFuture.completedFuture(Answers.failed(failed));
    }

    private CompletionStage<HttpResponse> open(HttpRequest request, CallHeaders headers, long mark) {
        var frames =
                request.entity().getDataBytes().via(new FrameGate(headers.encoding(), context.maxBytes(), maxMessages));
        return GrpcMarshalling.<HttpResponse>negotiated(
                        UNCOMPRESSED, (reader, writer) -> respond(frames, headers, mark, reader, writer))
                .orElseThrow(() -> new IllegalStateException("not a gRPC request"));
    }

    private CompletionStage<HttpResponse> respond(
            Source<ByteString, Object> frames,
            CallHeaders headers,
            long mark,
            GrpcProtocolReader reader,
            GrpcProtocolWriter writer) {
        return GrpcMarshalling.unmarshalStream(frames, requests, context.materializer(), reader)
                .thenApply(in -> in.map(this::counted))
                .thenApply(in -> answered(in, headers, mark))
                .thenApply(out -> GrpcMarshalling.marshalStream(
                        out, responses, writer, context.system(), system -> StreamRoute::trailers));
    }

    private Q counted(Q request) {
        rpc.received(request.getSerializedSize());
        return request;
    }

    private Source<R, NotUsed> answered(Source<Q, NotUsed> in, CallHeaders headers, long mark) {
        return body.apply(in)
                .via(context.ending().flow())
                .via(new CallWatch<R>(context, rpc, mark, headers.requireLeader()));
    }

    static GrpcStatus statusOf(Throwable failure) {
        return switch (failure) {
            case RpcFailure rpcFailure -> rpcFailure.status();
            case InvalidProtocolBufferException e ->
                GrpcStatus.internal("grpc: error unmarshalling request: " + e.getMessage());
            case PeerClosedStreamException e -> CLIENT_LEFT;
            case CompletionException e when e.getCause() != null -> statusOf(e.getCause());
            default -> unexpected(failure);
        };
    }

    private static Trailers trailers(Throwable failure) {
        var status = statusOf(failure);
        return new Trailers(Status.fromCodeValue(status.code()).withDescription(status.message()));
    }

    private static GrpcStatus unexpected(Throwable failure) {
        log.error("a stream ended for a reason of our own", failure);
        return GrpcStatus.unexpected(failure);
    }
}
