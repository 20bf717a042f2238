package io.actd.node.run;

import com.typesafe.config.ConfigFactory;
import io.actd.api.ApiServer;
import io.actd.member.Member;
import io.actd.member.MemberApi;
import io.actd.node.Version;
import io.actd.node.config.FirstMembers;
import io.actd.node.config.Ids;
import io.actd.node.config.NodeConfig;
import io.actd.node.flag.Url;
import io.actd.node.log.Levels;
import io.actd.node.metrics.NodeMetrics;
import io.actd.world.Clock;
import io.actd.world.Failpoints;
import io.actd.world.SystemDisk;
import io.actd.world.World;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import org.apache.pekko.Done;
import org.apache.pekko.actor.CoordinatedShutdown;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.javadsl.AskPattern;
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
    private final List<ApiServer> servers = new ArrayList<>();
    private volatile boolean stopping;

    private Node(NodeConfig config, FirstMembers members) {
        this.config = config;
        this.ready = new CompletableFuture<>();
        this.metrics = new NodeMetrics(config);
        var clock = Clock.system();
        var world = new World(
                clock,
                new SystemDisk(),
                new SplittableRandom(clock.nanoTime() ^ members.self().getID()),
                new Failpoints());
        this.system = ActorSystem.create(
                Member.create(Parts.member(config, members), world, metrics.member(), ready),
                "actd",
                ConfigFactory.load());
    }

    /**
     * Starts a member and returns when it serves clients. From then on signals stop it.
     *
     * @throws StartException if it can not be; whatever was started is stopped again
     */
    public static Node start(NodeConfig config, FirstMembers members) throws StartException {
        var places = config.places();
        log.atInfo().addKeyValue("listen-peer-urls", texts(places.peers())).log("configuring peer listeners");
        Ports.check(places.peers());
        log.atInfo().addKeyValue("listen-client-urls", texts(places.clients())).log("configuring client listeners");
        Ports.check(places.clients());
        Ports.check(places.metrics());
        DataDir.prepare(config.dataDir());
        var restart = DataDir.hasLog(config.walDir());
        logStart(config, members, restart);
        var node = new Node(config, members);
        try {
            node.awaitMember();
            node.serve();
        } catch (StartException e) {
            node.system.terminate();
            throw e;
        }
        Signals.handle(node::stop);
        Systemd.notifyReady();
        return node;
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

    private void serve() throws StartException {
        log.info("ready to serve client requests");
        var member = ready.join();
        var urls = new ArrayList<>(config.places().clients());
        urls.addAll(config.places().metrics());
        for (var url : urls) {
            try {
                servers.add(ApiServer.start(
                                system, member, Parts.api(config), metrics.api(), url.host(), url.portNumber())
                        .toCompletableFuture()
                        .join());
            } catch (CompletionException e) {
                throw new StartException("listen tcp " + url.host() + ":" + url.port() + ": " + e.getMessage(), e);
            }
        }
        for (var url : config.places().clients()) {
            log.atInfo().addKeyValue("traffic", "grpc+http").addKeyValue("address", url.host() + ":" + url.port())
                    .log("serving client traffic insecurely; this is strongly discouraged!");
        }
        var shutdown = CoordinatedShutdown.get(system);
        shutdown.addTask(CoordinatedShutdown.PhaseServiceUnbind(), "client-listeners", this::stopServers);
        shutdown.addTask(CoordinatedShutdown.PhaseBeforeActorSystemTerminate(), "member", this::stopMember);
    }

    /** Returns when everything is durable and closed; safe to call more than once. */
    public void stop() {
        stopping = true;
        log.atInfo().addKeyValue("name", config.name()).addKeyValue("data-dir", config.dataDir())
                .addKeyValue("advertise-peer-urls", texts(config.places().advertisedPeers()))
                .addKeyValue("advertise-client-urls", texts(config.places().advertisedClients()))
                .log("closing etcd server");
        log.info("skipped leadership transfer for single voting member cluster");
        CoordinatedShutdown.get(system)
                .runAll(CoordinatedShutdown.unknownReason())
                .toCompletableFuture()
                .join();
        log.atInfo().addKeyValue("name", config.name()).addKeyValue("data-dir", config.dataDir())
                .log("closed etcd server");
    }

    private CompletionStage<Done> stopServers() {
        var stops = servers.stream().map(s -> s.stop(GRACE).toCompletableFuture()).toArray(CompletableFuture[]::new);
        return CompletableFuture.allOf(stops).thenApply(nothing -> Done.getInstance());
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

    private static void logStart(NodeConfig config, FirstMembers members, boolean restart) {
        var self = members.self();
        var id = Ids.hex(self.getID());
        var cluster = Ids.hex(members.clusterId());
        log.atInfo().addKeyValue("etcd-version", Version.ETCD).addKeyValue("actd-version", Version.ACTD)
                .addKeyValue("go-version", "java" + Runtime.version())
                .addKeyValue("go-arch", Version.platform())
                .addKeyValue("max-cpu-set", Runtime.getRuntime().availableProcessors())
                .addKeyValue("name", config.name())
                .addKeyValue("data-dir", config.dataDir())
                .addKeyValue("wal-dir", config.walDir())
                .addKeyValue("heartbeat-interval", config.timing().heartbeat())
                .addKeyValue("election-timeout", config.timing().electionTimeout())
                .addKeyValue("snapshot-count", config.history().snapshotCount())
                .addKeyValue("snapshot-catchup-entries", config.history().catchupEntries())
                .addKeyValue("quota-backend-bytes", config.history().quotaBytes())
                .addKeyValue("initial-advertise-peer-urls", texts(config.places().advertisedPeers()))
                .addKeyValue("listen-peer-urls", texts(config.places().peers()))
                .addKeyValue("advertise-client-urls", texts(config.places().advertisedClients()))
                .addKeyValue("listen-client-urls", texts(config.places().clients()))
                .addKeyValue("listen-metrics-urls", texts(config.places().metrics()))
                .log("starting an etcd server");
        log.atInfo().addKeyValue("local-member-id", id).addKeyValue("cluster-id", cluster)
                .log(restart ? "restarting local member" : "starting local member");
        log.atInfo().addKeyValue("local-member-id", id)
                .addKeyValue("local-server-version", Version.ETCD)
                .addKeyValue("cluster-id", cluster)
                .addKeyValue("cluster-version", "to_be_decided")
                .log("starting etcd server");
        if (restart) return;
        for (var member : members.all()) {
            log.atInfo().addKeyValue("cluster-id", cluster).addKeyValue("local-member-id", id)
                    .addKeyValue("added-peer-id", Ids.hex(member.getID()))
                    .addKeyValue("added-peer-peer-urls", List.copyOf(member.getPeerURLsList()))
                    .log("added member");
        }
    }

    private static List<String> texts(List<Url> urls) {
        return urls.stream().map(Url::text).toList();
    }
}
