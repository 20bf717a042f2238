package io.actd.node.run;

import io.actd.api.http.HttpPages;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.http.javadsl.Http;
import org.apache.pekko.http.javadsl.ServerBinding;
import org.apache.pekko.http.javadsl.model.HttpRequest;
import org.apache.pekko.http.javadsl.model.HttpResponse;
import org.apache.pekko.http.javadsl.model.StatusCodes;
import org.apache.pekko.japi.function.Function;
import org.apache.pekko.stream.SystemMaterializer;

/** A port that shows how the member is and nothing else (spec operations.md §7.1, metrics URL). */
final class MetricsListener {
    private MetricsListener() {}

    static CompletionStage<ServerBinding> bind(ActorSystem<?> system, HttpPages pages, String host, int port) {
        var materializer = SystemMaterializer.get(system).materializer();
        Function<HttpRequest, CompletionStage<HttpResponse>> handler = request -> {
            if (serves(request.getUri().path())) return pages.handle(request);
            request.discardEntityBytes(materializer);
            return CompletableFuture.completedFuture(HttpResponse.create().withStatus(StatusCodes.NOT_FOUND));
        };
        return Http.get(system).newServerAt(host, port).bind(handler);
    }

    private static boolean serves(String path) {
        return path.equals("/metrics")
                || path.equals("/health")
                || path.equals("/livez")
                || path.equals("/readyz")
                || path.startsWith("/livez/")
                || path.startsWith("/readyz/");
    }
}
