package io.actd.api.http;

import io.actd.api.ApiConfig;
import io.actd.api.ApiMetrics;
import io.actd.member.MemberApi;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.apache.pekko.http.javadsl.model.HttpMethods;
import org.apache.pekko.http.javadsl.model.HttpRequest;
import org.apache.pekko.http.javadsl.model.HttpResponse;
import org.apache.pekko.stream.Materializer;

/** Everything on the client port that is not gRPC (spec operations.md §7.2). */
public final class HttpPages {
    private final MemberApi member;
    private final ApiConfig config;
    private final Materializer materializer;
    private final AccessRules access;
    private final HealthPage health;
    private final ProbePages probes;
    private final MetricsPage metricsPage;

    public HttpPages(MemberApi member, ApiConfig config, ApiMetrics metrics, Materializer materializer) {
        this.member = member;
        this.config = config;
        this.materializer = materializer;
        this.access = new AccessRules(config.corsOrigins(), config.hostWhitelist());
        this.health = new HealthPage(member, metrics);
        this.probes = new ProbePages(member, metrics);
        this.metricsPage = new MetricsPage(metrics);
    }

    public CompletionStage<HttpResponse> handle(HttpRequest request) {
        request.discardEntityBytes(materializer);
        if (!access.answersTo(request)) return now(AccessRules.misdirected(request));
        if (request.method().equals(HttpMethods.OPTIONS)) return now(access.withCors(request, HttpResponse.create()));
        return page(request).thenApply(response -> access.withCors(request, response));
    }

    private CompletionStage<HttpResponse> page(HttpRequest request) {
        var path = request.getUri().path();
        boolean known =
                switch (path) {
                    case "/health", "/version", "/metrics" -> true;
                    default -> probes.serves(path);
                };
        if (!known) return now(Page.notFound());
        if (!request.method().equals(HttpMethods.GET)) return now(Page.onlyGet());
        return switch (path) {
            case "/health" -> health.get(request.getUri().query());
            case "/version" -> now(version());
            case "/metrics" -> now(metricsPage.get(request));
            default -> probes.get(path, request.getUri().query());
        };
    }

    private HttpResponse version() {
        var cluster = member.state().members().clusterVersion();
        var storage = member.state().members().storageVersion();
        return Page.json("{\"etcdserver\":\"" + config.serverVersion()
                + "\",\"etcdcluster\":\"" + (cluster == null ? "not_decided" : cluster)
                + "\",\"storage\":\"" + (storage == null ? "unknown" : storage) + "\"}");
    }

    private static CompletionStage<HttpResponse> now(HttpResponse response) {
        return CompletableFuture.completedFuture(response);
    }
}
