package io.actd.node.run;

import io.actd.join.ClusterDirectory;
import io.actd.join.ClusterEnquiry;
import io.actd.member.Member;
import io.actd.member.MemberApi;
import io.actd.member.MemberConfig;
import io.actd.member.MemberEnd;
import io.actd.member.MemberParts;
import io.actd.member.MemberRemovedException;
import io.actd.member.Storage;
import io.actd.node.config.Identity;
import io.actd.node.config.InitialCluster;
import io.actd.node.config.NodeConfig;
import io.actd.node.flag.ConfigException;
import io.actd.node.metrics.NodeMetrics;
import io.actd.peer.ArteryNetwork;
import io.actd.peer.PeerNetwork;
import io.actd.world.Clock;
import io.actd.world.Failpoints;
import io.actd.world.SystemDisk;
import io.actd.world.World;
import java.time.Duration;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import org.apache.pekko.Done;
import org.apache.pekko.actor.BootstrapSetup;
import org.apache.pekko.actor.CoordinatedShutdown;
import org.apache.pekko.actor.setup.ActorSystemSetup;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.Props;
import org.apache.pekko.actor.typed.javadsl.AskPattern;
import org.apache.pekko.management.javadsl.ReadinessCheckSetup;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One running member with its listeners: started in the order of spec OP-30, stopped in that of OP-62. */
public final class Node {
    private static final Logger log = LoggerFactory.getLogger(Node.class);
    private static final Duration MEMBER_STOP = Duration.ofSeconds(60);

    private final NodeConfig config;
    private final World world;
    private final CompletableFuture<MemberApi> opened = new CompletableFuture<>();
    private final CompletableFuture<MemberApi> ready = new CompletableFuture<>();
    private final NodeMetrics metrics;
    private final ActorSystem<Object> system;

    private final Listeners listeners;
    private volatile boolean stopping;

    private Node(NodeConfig config, Failpoints failpoints) {
        var clock = Clock.system();
        var random =
                new SplittableRandom(clock.nanoTime() ^ ProcessHandle.current().pid() << 40);
        this.config = config;
        this.world = new World(clock, new SystemDisk(), random, failpoints);
        this.metrics = new NodeMetrics(config);
        this.system = ActorSystem.create(Guardian.create(this::member), Parts.SYSTEM_NAME, setup(config));
        this.listeners = new Listeners(system, config, metrics);
        system.systemActorOf(
                ClusterDirectory.create(() -> opened.getNow(null), this::readyMember),
                ClusterDirectory.NAME,
                Props.empty());
        system.getWhenTerminated().thenRun(this::onTerminated);
    }

    private ActorSystemSetup setup(NodeConfig config) {
        var setup = ActorSystemSetup.create(BootstrapSetup.create(Parts.system(config)));
        return config.places().management().isEmpty()
                ? setup
                : setup.withSetup(ReadinessCheckSetup.create(system -> List.of(this::isReady)));
    }

    private CompletionStage<Boolean> isReady() {
        return listeners.isReady();
    }

    private Behavior<Member.Command> member(MemberConfig memberConfig) {
        var parts = new MemberParts(world, Storage.DEFAULT, network(), metrics.member());
        return Member.create(memberConfig, parts, opened::complete, ready);
    }

    private PeerNetwork network() {
        return new ArteryNetwork(metrics.peers(), world.clock(), () -> end(Exit.QUARANTINED));
    }

    /** Null until it serves. */
    private @Nullable MemberApi readyMember() {
        return ready.isCompletedExceptionally() ? null : ready.getNow(null);
    }

    /**
     * Starts a member and returns when it serves clients. From then on signals stop it.
     *
     * @throws StartException if it can not be started; whatever was started is stopped again
     */
    public static Node start(NodeConfig config, Failpoints failpoints) throws StartException {
        checkPorts(config.places());
        DataDir.prepare(config.dataDir());
        var owner = DataDir.owner(new SystemDisk(), config.walDir());
        // Flags about the beginning are not even looked at when there was one (spec OP-32).
        var cluster = owner.isPresent() ? null : initialCluster(config);
        var node = new Node(config, failpoints);
        try {
            PeerListeners.openOthers(node.system, config.places());
            var identity = cluster == null
                    ? Identity.restarted(
                            config, owner.get().memberId(), owner.get().clusterId())
                    : node.arrive(cluster);
            StartLog.write(config, identity, owner.isPresent());
            node.run(identity);
        } catch (StartException e) {
            node.stopping = true;
            node.system.terminate();
            throw e;
        }
        Systemd.notifyReady();
        return node;
    }

    private static void checkPorts(NodeConfig.Places places) throws StartException {
        log.atInfo()
                .addKeyValue("listen-peer-urls", StartLog.texts(places.peers()))
                .log("configuring peer listeners");
        Ports.check(places.peers());
        log.atInfo()
                .addKeyValue("listen-client-urls", StartLog.texts(places.clients()))
                .log("configuring client listeners");
        Ports.check(places.clients());
        Ports.check(places.metrics());
        Ports.check(places.management());
    }

    private static InitialCluster initialCluster(NodeConfig config) throws StartException {
        try {
            return InitialCluster.of(config);
        } catch (ConfigException e) {
            throw new StartException(String.valueOf(e.getMessage()), e);
        }
    }

    private Identity arrive(InitialCluster cluster) throws StartException {
        var arrival = new Arrival(cluster, new ClusterEnquiry(system));
        return config.founding().existing() ? arrival.join() : arrival.found();
    }

    private void run(Identity identity) throws StartException {
        system.tell(new Guardian.Begin(Parts.member(config, identity)));
        RemovalWatch.start(system, config, identity, this::readyMember, () -> end(Exit.REMOVED));
        await(CompletableFuture.anyOf(opened, ready));
        var early = opened.join();
        metrics.show(early);
        listeners.openMetrics(early);
        var clients = listeners.prepareClients(early);
        var member = await(ready);
        member.ended().thenAccept(this::onEnded);
        prepareStop();
        Signals.handle(this::stop);
        listeners.openClients(clients);
    }

    private <T> T await(CompletableFuture<T> stage) throws StartException {
        try {
            return stage.get();
        } catch (ExecutionException e) {
            if (e.getCause() instanceof MemberRemovedException) end(Exit.REMOVED);
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
        return listeners.close();
    }

    private CompletionStage<Done> stopMember() {
        return AskPattern.<Object, Done>ask(system, Member.Stop::new, MEMBER_STOP, system.scheduler());
    }

    private void onEnded(MemberEnd end) {
        switch (end) {
            case STOPPED -> {} // asked for, or the actor system ends, which says so itself
            case REMOVED -> end(Exit.REMOVED);
            case FAILED -> end(Exit.FAILED);
        }
    }

    private void onTerminated() {
        if (ready.completeExceptionally(new StartException("the member stopped while starting"))) return;
        if (!ready.isCompletedExceptionally()) end(Exit.FAILED);
    }

    /** Ends the process unless it is ending anyway. */
    private void end(Exit exit) {
        if (stopping) return;
        stopping = true;
        exit.now();
    }
}
