package io.actd.node.run;

import com.typesafe.config.ConfigFactory;
import io.actd.api.ApiServer;
import io.actd.api.http.HttpPages;
import io.actd.member.Member;
import io.actd.member.MemberApi;
import io.actd.node.config.Identity;
import io.actd.node.config.InitialCluster;
import io.actd.node.config.NodeConfig;
import io.actd.node.flag.ConfigException;
import io.actd.node.flag.Url;
import io.actd.node.log.Levels;
import io.actd.node.metrics.NodeMetrics;
import io.actd.world.Clock;
import io.actd.world.Failpoints;
import io.actd.world.SystemDisk;
import io.actd.world.World;
import java.time.Duration;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.function.Supplier;
import org.apache.pekko.Done;
import org.apache.pekko.actor.CoordinatedShutdown;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.javadsl.AskPattern;
import org.apache.pekko.stream.SystemMaterializer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One running member with its listeners: started in the order of spec OP-30, stopped in that of OP-62. */
public final class Node {
    private static final Logger log = LoggerFactory.getLogger(Node.class);
    /** What clients get to finish their calls; a watch never finishes, so waiting longer only delays the end. */
    private static final Duration GRACE = Duration.ofSeconds(1);

    private static final Duration MEMBER_STOP = Duration.ofSeconds(60);

    private final NodeConfig config;
    private final ActorSystem<Member.Command> system;
    private final CompletableFuture<MemberApi> ready;
    private final NodeMetrics metrics;
    /** One for each open listener. */
    private final List<Supplier<CompletionStage<Done>>> stops = new CopyOnWriteArrayList<>();

    private volatile boolean stopping;

    private Node(NodeConfig config, Identity identity, World world) {
        this.config = config;
        this.ready = new CompletableFuture<>();
        this.metrics = new NodeMetrics(config);
        this.system = ActorSystem.create(
                Member.create(Parts.member(config, identity), world, metrics.member(), ready),
                "actd",
                ConfigFactory.load());
    }

    /**
     * Starts a member and returns when it serves clients. From then on signals stop it.
     *
     * @throws StartException if it can not be started; whatever was started is stopped again
     */
    public static Node start(NodeConfig config, Failpoints failpoints) throws StartException {
        var places = config.places();
        log.atInfo()
                .addKeyValue("listen-peer-urls", StartLog.texts(places.peers()))
                .log("configuring peer listeners");
        Ports.check(places.peers());
        log.atInfo()
                .addKeyValue("listen-client-urls", StartLog.texts(places.clients()))
                .log("configuring client listeners");
        Ports.check(places.clients());
        Ports.check(places.metrics());
        DataDir.prepare(config.dataDir());
        var disk = new SystemDisk();
        var owner = DataDir.owner(disk, config.walDir());
        var identity = owner.isPresent()
                ? Identity.restarted(config, owner.get().memberId(), owner.get().clusterId())
                : founder(config);
        StartLog.write(config, identity, owner.isPresent());
        var clock = Clock.system();
        var random = new SplittableRandom(clock.nanoTime() ^ identity.self().getID());
        var node = new Node(config, identity, new World(clock, disk, random, failpoints));
        try {
            node.awaitMember();
            node.prepareStop();
            Signals.handle(node::stop);
            node.serve();
        } catch (StartException e) {
            node.stopping = true;
            node.system.terminate();
            throw e;
        }
        Systemd.notifyReady();
        return node;
    }

    private static Identity founder(NodeConfig config) throws StartException {
        try {
            var cluster = InitialCluster.of(config);
            if (config.founding().existing()) throw new StartException("joining a cluster is not supported yet");
            return cluster.founded();
        } catch (ConfigException e) {
            throw new StartException(String.valueOf(e.getMessage()), e);
        }
    }

    private void awaitMember() throws StartException {
        system.getWhenTerminated().thenRun(this::onTerminated);
        try {
            metrics.show(ready.get());
        } catch (ExecutionException e) {
            var cause = e.getCause() == null ? e : e.getCause();
            throw new StartException(String.valueOf(cause.getMessage()), cause);
        } catch (InterruptedException e) {
            throw new StartException("interrupted", e);
        }
    }

    private void prepareStop() {
        var shutdown = CoordinatedShutdown.get(system);
        shutdown.addTask(CoordinatedShutdown.PhaseServiceUnbind(), "listeners", this::stopListeners);
        shutdown.addTask(CoordinatedShutdown.PhaseBeforeActorSystemTerminate(), "member", this::stopMember);
    }

    /** Lines as etcd writes them, but only once the ports are open: whoever waits for them may connect at once. */
    private void serve() throws StartException {
        var member = ready.join();
        var api = Parts.api(config);
        var pages = new HttpPages(
                member, api, metrics.api(), SystemMaterializer.get(system).materializer());
        for (var url : config.places().metrics()) {
            var binding = await(url, MetricsListener.bind(system, pages, url.host(), url.portNumber()));
            stops.add(() -> binding.terminate(GRACE).thenApply(terminated -> Done.getInstance()));
        }
        for (var url : config.places().clients()) {
            var server = await(url, ApiServer.start(system, member, api, metrics.api(), url.host(), url.portNumber()));
            stops.add(() -> server.stop(GRACE));
        }
        log.info("ready to serve client requests");
        for (var url : config.places().clients()) {
            log.atInfo()
                    .addKeyValue("traffic", "grpc+http")
                    .addKeyValue("address", url.host() + ":" + url.port())
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

    /** Returns when everything is durable and closed; safe to call more than once. */
    public void stop() {
        stopping = true;
        log.atInfo()
                .addKeyValue("name", config.name())
                .addKeyValue("data-dir", config.dataDir())
                .addKeyValue(
                        "advertise-peer-urls", StartLog.texts(config.places().advertisedPeers()))
                .addKeyValue(
                        "advertise-client-urls", StartLog.texts(config.places().advertisedClients()))
                .log("closing etcd server");
        CoordinatedShutdown.get(system)
                .runAll(CoordinatedShutdown.unknownReason())
                .toCompletableFuture()
                .join();
        log.atInfo()
                .addKeyValue("name", config.name())
                .addKeyValue("data-dir", config.dataDir())
                .log("closed etcd server");
    }

    private CompletionStage<Done> stopListeners() {
        var stopped = stops.stream().map(s -> s.get().toCompletableFuture()).toArray(CompletableFuture[]::new);
        return CompletableFuture.allOf(stopped).thenApply(nothing -> Done.getInstance());
    }

    private CompletionStage<Done> stopMember() {
        return AskPattern.ask(system, Member.Stop::new, MEMBER_STOP, system.scheduler());
    }

    /** A member that stops by itself can not go on: its supervisor is to start it again. */
    private void onTerminated() {
        if (stopping || ready.isCompletedExceptionally()) return;
        if (ready.completeExceptionally(new StartException("the member stopped while starting"))) return;
        log.atError().addMarker(Levels.FATAL).log("the member stopped; ending the process");
        Runtime.getRuntime().halt(1);
    }
}
