package io.actd.api;

import io.actd.api.rpc.MethodTable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.apache.pekko.http.javadsl.model.HttpMethods;
import org.apache.pekko.http.javadsl.model.HttpRequest;
import org.apache.pekko.http.javadsl.model.HttpResponse;
import org.apache.pekko.http.javadsl.model.StatusCodes;
import org.apache.pekko.japi.function.Function;
import org.apache.pekko.stream.Materializer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sends each request to the gRPC or to the HTTP side, by its content type.
 *
 * <p>Answers whatever happens: in pekko-http a failed handler ends the HTTP/2 connection with every call on it.
 */
final class FrontDoor implements Function<HttpRequest, CompletionStage<HttpResponse>> {
    private static final long serialVersionUID = 1L;
    private static final Logger log = LoggerFactory.getLogger(FrontDoor.class);

    private final transient MethodTable methods;
    private final transient java.util.function.Function<HttpRequest, CompletionStage<HttpResponse>> pages;
    private final transient Materializer materializer;

    FrontDoor(
            MethodTable methods,
            java.util.function.Function<HttpRequest, CompletionStage<HttpResponse>> pages,
            Materializer materializer) {
        this.methods = methods;
        this.pages = pages;
        this.materializer = materializer;
    }

    @Override
    public CompletionStage<HttpResponse> apply(HttpRequest request) {
        try {
            return route(request);
        } catch (RuntimeException | StackOverflowError e) {
            return CompletableFuture.completedFuture(broken(e));
        }
    }

    private CompletionStage<HttpResponse> route(HttpRequest request) {
        var scalaRequest = (org.apache.pekko.http.scaladsl.model.HttpRequest) request;
        boolean post = request.method().equals(HttpMethods.POST);
        if (isGrpc(request)) {
            return post ? methods.handle(scalaRequest) : refused(request, StatusCodes.METHOD_NOT_ALLOWED);
        }
        if (post && isHttp2(request) && methods.knows(scalaRequest)) {
            return refused(request, StatusCodes.UNSUPPORTED_MEDIA_TYPE);
        }
        return pages.apply(request).exceptionally(FrontDoor::broken);
    }

    /** {@code application/grpc} or {@code application/grpc+proto}, over HTTP/2 only: HTTP/1 has no trailers to end with. */
    private static boolean isGrpc(HttpRequest request) {
        var type = request.entity().getContentType().mediaType();
        return type.mainType().equals("application")
                && (type.subType().equals("grpc") || type.subType().equals("grpc+proto"))
                && isHttp2(request);
    }

    private static boolean isHttp2(HttpRequest request) {
        return request.protocol().value().equals("HTTP/2.0");
    }

    private CompletionStage<HttpResponse> refused(
            HttpRequest request, org.apache.pekko.http.javadsl.model.StatusCode status) {
        request.discardEntityBytes(materializer);
        return CompletableFuture.completedFuture(HttpResponse.create().withStatus(status));
    }

    private static HttpResponse broken(Throwable failure) {
        log.error("a request could not be answered", failure);
        return HttpResponse.create().withStatus(StatusCodes.INTERNAL_SERVER_ERROR);
    }
}
