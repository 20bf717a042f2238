package io.actd.api.stream;

import io.actd.api.rpc.GrpcStatus;
import io.actd.api.rpc.MethodTable;
import io.actd.api.rpc.RpcFailure;
import io.actd.apply.RequestChecks;
import io.actd.lease.Lessor;
import io.actd.member.ReadTask;
import io.actd.protocol.Outcome;
import io.actd.protocol.Refusal;
import io.actd.protocol.api.LeaseKeepAliveRequest;
import io.actd.protocol.api.LeaseKeepAliveResponse;
import io.actd.protocol.api.RangeRequest;
import io.actd.protocol.api.RangeStreamResponse;
import io.actd.protocol.api.WatchRequest;
import io.actd.protocol.api.WatchResponse;
import io.actd.protocol.health.HealthCheckRequest;
import io.actd.protocol.health.HealthCheckResponse;
import io.actd.protocol.health.HealthCheckResponse.ServingStatus;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import org.apache.pekko.NotUsed;
import org.apache.pekko.stream.javadsl.Source;
import org.jspecify.annotations.Nullable;

/** The streaming methods: Watch, LeaseKeepAlive, RangeStream, health Watch. */
public final class Streams {
    private static final long ONE_REQUEST = 1;
    private static final long ANY_NUMBER = Long.MAX_VALUE;

    private final StreamContext context;

    public Streams(StreamContext context) {
        this.context = context;
    }

    public void into(MethodTable table) {
        table.stream(
                "etcdserverpb.Watch",
                "Watch",
                rpc -> new StreamRoute<>(
                        context, rpc, ANY_NUMBER, WatchRequest.parser(), WatchResponse.parser(), this::watch));
        table.stream(
                "etcdserverpb.Lease",
                "LeaseKeepAlive",
                rpc -> new StreamRoute<>(
                        context,
                        rpc,
                        ANY_NUMBER,
                        LeaseKeepAliveRequest.parser(),
                        LeaseKeepAliveResponse.parser(),
                        this::keepAlive));
        table.stream(
                "etcdserverpb.KV",
                "RangeStream",
                rpc -> new StreamRoute<>(
                        context,
                        rpc,
                        ONE_REQUEST,
                        RangeRequest.parser(),
                        RangeStreamResponse.parser(),
                        in -> answerOne(in, this::rangeStream)));
        table.stream(
                "grpc.health.v1.Health",
                "Watch",
                rpc -> new StreamRoute<>(
                        context,
                        rpc,
                        ONE_REQUEST,
                        HealthCheckRequest.parser(),
                        HealthCheckResponse.parser(),
                        in -> answerOne(in, Streams::watchHealth)));
    }

    private Source<WatchResponse, NotUsed> watch(Source<WatchRequest, NotUsed> in) {
        return in.via(new WatchBridge(context.member().watchHub()));
    }

    /** One answer per request, in order, one at a time (spec L-10); the client's half-close ends the stream (L-15). */
    private Source<LeaseKeepAliveResponse, NotUsed> keepAlive(Source<LeaseKeepAliveRequest, NotUsed> in) {
        return in.mapAsync(1, request -> renewed(request.getID()));
    }

    private CompletionStage<LeaseKeepAliveResponse> renewed(long leaseId) {
        var answer = new CompletableFuture<LeaseKeepAliveResponse>();
        context.member().lessor().tell(new Lessor.KeepAlive(leaseId, outcome -> {
            switch (outcome) {
                case Outcome.Ok ok -> answer.complete((LeaseKeepAliveResponse) ok.response());
                case Outcome.Refused refused -> answer.completeExceptionally(new RpcFailure(refused.refusal()));
            }
        }));
        return answer;
    }

    private Source<RangeStreamResponse, NotUsed> rangeStream(RangeRequest request) {
        var refusal = streamRefusal(request);
        if (refusal != null) return Source.failed(new RpcFailure(refusal));
        if (request.getSerializable()) return pages(request);
        var fresh = new CompletableFuture<Source<RangeStreamResponse, NotUsed>>();
        context.member().linearizableRead(new ReadTask() {
            @Override
            public void run() {
                fresh.complete(pages(request));
            }

            @Override
            public void refused(Refusal why) {
                fresh.completeExceptionally(new RpcFailure(why));
            }
        });
        return Source.completionStageSource(fresh).mapMaterializedValue(ignored -> NotUsed.getInstance());
    }

    /** Spec RS-2: the checks of Range come first. */
    private static @Nullable Refusal streamRefusal(RangeRequest request) {
        var refusal = RequestChecks.check(request);
        if (refusal != null) return refusal;
        boolean byKey = request.getSortTarget() == RangeRequest.SortTarget.KEY;
        boolean inOrder =
                switch (request.getSortOrder()) {
                    case NONE -> true;
                    case ASCEND -> byKey;
                    case DESCEND, UNRECOGNIZED -> false;
                };
        if (!inOrder) return Refusal.STREAM_SORT_UNSUPPORTED;
        boolean filtered = request.getMinModRevision() != 0
                || request.getMaxModRevision() != 0
                || request.getMinCreateRevision() != 0
                || request.getMaxCreateRevision() != 0;
        return filtered ? Refusal.STREAM_FILTER_UNSUPPORTED : null;
    }

    private Source<RangeStreamResponse, NotUsed> pages(RangeRequest request) {
        var state = context.member().state();
        var blocking = context.member().blockingExecutor();
        // Order by key is what pages come in; a target without an order would sort within each page.
        var byKey = request.toBuilder().clearSortOrder().clearSortTarget().build();
        return Source.unfoldAsync(
                        RangePages.of(byKey),
                        position -> CompletableFuture.supplyAsync(
                                () -> position.next(state, context.maxRequestBytes()), blocking))
                .map(chunk ->
                        RangeStreamResponse.newBuilder().setRangeResponse(chunk).build());
    }

    /** Spec MD-5. Stays open, for a client may ask to be told of changes. */
    private static Source<HealthCheckResponse, NotUsed> watchHealth(HealthCheckRequest request) {
        var status = request.getService().isEmpty() ? ServingStatus.SERVING : ServingStatus.SERVICE_UNKNOWN;
        return Source.single(HealthCheckResponse.newBuilder().setStatus(status).build())
                .concat(Source.never());
    }

    private static <Q, R> Source<R, NotUsed> answerOne(Source<Q, NotUsed> in, Function<Q, Source<R, NotUsed>> answer) {
        // Lazy, for a failure would not wait for its turn.
        var missing = Source.lazySource(
                () -> Source.<Q>failed(new RpcFailure(GrpcStatus.internal("grpc: received no request message"))));
        return in.orElse(missing).take(1).flatMapConcat(answer::apply);
    }
}
