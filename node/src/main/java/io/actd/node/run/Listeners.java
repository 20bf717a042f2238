package io.actd.node.run;

import io.actd.api.ApiServer;
import io.actd.api.http.HttpPages;
import io.actd.member.MemberApi;
import io.actd.node.config.NodeConfig;
import io.actd.node.flag.Url;
import io.actd.node.metrics.NodeMetrics;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Supplier;
import org.apache.pekko.Done;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.http.javadsl.Http;
import org.apache.pekko.http.javadsl.ServerBinding;
import org.apache.pekko.http.javadsl.model.HttpRequest;
import org.apache.pekko.management.javadsl.PekkoManagement;
import org.apache.pekko.stream.SystemMaterializer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The open ports for clients, and, earlier, for whoever looks after the member. */
final class Listeners {
    private static final Logger log = LoggerFactory.getLogger(Listeners.class);
    /** What clients get to finish their calls; a watch never finishes, so waiting longer only delays the end. */
    private static final Duration GRACE = Duration.ofSeconds(1);

    private final ActorSystem<?> system;
    private final NodeConfig config;
    private final NodeMetrics metrics;
    private final List<Supplier<CompletionStage<Done>>> stops = new CopyOnWriteArrayList<>();
    /** Null as long as nothing can be shown. */
    private volatile @Nullable HttpPages pages;

    Listeners(ActorSystem<?> system, NodeConfig config, NodeMetrics metrics) {
        this.system = system;
        this.config = config;
        this.metrics = metrics;
    }

    /** What shows how the member is: there before it is ready, as long as that takes (spec OP-30). */
    void openMetrics(MemberApi member) throws StartException {
        var api = Parts.api(config);
        var shown = new HttpPages(
                member, api, metrics.api(), SystemMaterializer.get(system).materializer());
        pages = shown;
        for (var url : config.places().metrics()) {
            stopLater(await(url, MetricsListener.bind(system, shown, url.host(), url.portNumber())));
        }
        for (var url : config.places().management()) {
            var routes = PekkoManagement.get(system).getRoutes();
            var server = Http.get(system).newServerAt(url.host(), url.portNumber());
            stopLater(await(url, server.bind(routes)));
        }
    }

    private void stopLater(ServerBinding binding) {
        stops.add(() -> binding.terminate(GRACE).thenApply(terminated -> Done.getInstance()));
    }

    /** As {@code /readyz} says, for Pekko Management's {@code /ready}. */
    CompletionStage<Boolean> isReady() {
        var shown = pages;
        if (shown == null) return CompletableFuture.completedFuture(false);
        return shown.handle(HttpRequest.GET("/readyz"))
                .thenApply(page -> page.status().isSuccess());
    }

    ApiServer.Prepared prepareClients(MemberApi member) {
        return ApiServer.prepare(system, member, Parts.api(config), metrics.api());
    }

    /** Writes lines as etcd does, but only once the ports are open: whoever waits for them may connect at once. */
    void openClients(ApiServer.Prepared api) throws StartException {
        var addresses = new ArrayList<String>();
        for (var url : config.places().clients()) {
            var server = await(url, api.bind(url.host(), url.portNumber()));
            stops.add(() -> server.stop(GRACE));
            addresses.add(url.host() + ":" + server.port());
        }
        log.info("ready to serve client requests");
        for (var address : addresses) {
            log.atInfo()
                    .addKeyValue("traffic", "grpc+http")
                    .addKeyValue("address", address)
                    .log("serving client traffic insecurely; this is strongly discouraged!");
        }
    }

    private static <T> T await(Url url, CompletionStage<T> bound) throws StartException {
        try {
            return bound.toCompletableFuture().join();
        } catch (CompletionException e) {
            throw new StartException("listen tcp " + url.host() + ":" + url.port() + ": " + e.getMessage(), e);
        }
    }

    /** Completed when all are closed and every call has ended. */
    CompletionStage<Done> close() {
        var stopped = stops.stream().map(s -> s.get().toCompletableFuture()).toArray(CompletableFuture[]::new);
        return CompletableFuture.allOf(stopped).thenApply(nothing -> Done.getInstance());
    }
}
