package io.actd.member;

import io.actd.applier.StoreKeeper;
import io.actd.lease.Lessor;
import io.actd.peer.PeerIdentity;
import io.actd.peer.PeerTransport;
import io.actd.protocol.Outcome;
import io.actd.protocol.api.InternalRaftRequest;
import io.actd.protocol.api.RequestHeader;
import io.actd.protocol.membership.Attributes;
import io.actd.protocol.membership.ClusterMemberAttrSetRequest;
import io.actd.protocol.membership.ClusterVersionSetRequest;
import io.actd.raft.RaftConfig;
import io.actd.role.NodeParts;
import io.actd.role.RaftNode;
import io.actd.snapshot.SnapshotReceiver;
import io.actd.snapshot.SnapshotSettings;
import io.actd.snapshot.SnapshotSource;
import io.actd.wal.WalExtension;
import io.actd.wal.WalMetrics;
import io.actd.wal.WalOptions;
import io.actd.watch.WatchHub;
import io.actd.world.World;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import org.apache.pekko.Done;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.PostStop;
import org.apache.pekko.actor.typed.Terminated;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.TimerScheduler;
import org.jspecify.annotations.Nullable;

/**
 * Guardian of one member: opens its files, starts its actors, publishes it through the log, stops it in order.
 *
 * <p>If the {@code RaftNode} ends, the member ends, and with it the process: a member that cannot trust its disk or its
 * own rules must stop. The lessor is restarted from applied state; the hub is, too, and its streams end with an error
 * that clients retry.
 */
public final class Member {
    /** Proposals waiting to be applied, beyond which commands are refused (spec OP-90 bounds the rest). */
    private static final int MAX_PENDING_REPLIES = 65_536;

    private static final Duration PUBLISH_RETRY = Duration.ofMillis(500);

    public sealed interface Command {}

    /** Refuse new work, finish what is under way, flush and close. */
    public record Stop(ActorRef<Done> replyTo) implements Command {}

    private record Opened(MemberFiles files) implements Command {}

    private record OpenFailed(Throwable reason) implements Command {}

    private record RoleChanged(RaftStatus status) implements Command {}

    private record PublishAnswered(Outcome outcome) implements Command {}

    private enum RetryPublish implements Command {
        INSTANCE
    }

    private record Closed(@Nullable Throwable failure) implements Command {}

    private final ActorContext<Command> context;
    private final TimerScheduler<Command> timers;
    private final MemberConfig config;
    private final World world;
    private final Storage storage;
    private final MemberMetrics metrics;
    private final CompletableFuture<MemberApi> ready;
    private final PendingReplies pending = new PendingReplies(MAX_PENDING_REPLIES);
    private final Executor blocking;
    private final MemberDoor door;
    private @Nullable MemberFiles files;
    private @Nullable ActorRef<Done> stopper;
    private boolean publishing;

    private Member(
            ActorContext<Command> context,
            TimerScheduler<Command> timers,
            MemberConfig config,
            World world,
            Storage storage,
            MemberMetrics metrics,
            CompletableFuture<MemberApi> ready) {
        this.context = context;
        this.timers = timers;
        this.config = config;
        this.world = world;
        this.storage = storage;
        this.metrics = metrics;
        this.ready = ready;
        this.blocking = context.getSystem().dispatchers().lookup(StoreKeeper.dispatcher());
        this.door = new MemberDoor(config.self().getID(), config.clusterId(), world.clock(), pending, blocking);
    }

    /**
     * The guardian's behaviour.
     *
     * @param ready completed when the member has published itself and may serve clients (spec MD-7), or failed with
     *     the reason why it cannot start
     */
    public static Behavior<Command> create(
            MemberConfig config, World world, MemberMetrics metrics, CompletableFuture<MemberApi> ready) {
        return create(config, world, Storage.DEFAULT, metrics, ready);
    }

    /** As {@link #create(MemberConfig, World, MemberMetrics, CompletableFuture)}, with files kept in another way. */
    public static Behavior<Command> create(
            MemberConfig config,
            World world,
            Storage storage,
            MemberMetrics metrics,
            CompletableFuture<MemberApi> ready) {
        return Behaviors.setup(context -> Behaviors.withTimers(
                timers -> new Member(context, timers, config, world, storage, metrics, ready).opening()));
    }

    private Behavior<Command> opening() {
        var options = walOptions();
        var opened = CompletableFuture.supplyAsync(
                () -> MemberFiles.open(config, world, storage.engine(), options, door::header), blocking);
        context.pipeToSelf(opened, (result, failure) -> failure == null ? new Opened(result) : new OpenFailed(failure));
        return Behaviors.receive(Command.class)
                .onMessage(Opened.class, message -> start(message.files()))
                .onMessage(OpenFailed.class, message -> giveUp(message.reason()))
                .onMessage(Stop.class, this::stopBeforeOpen)
                .build();
    }

    private WalOptions walOptions() {
        return WalOptions.DEFAULTS
                .withSegmentBytes(storage.walSegmentBytes())
                .withMaxWals(config.maxWals())
                .withBackground(blocking)
                .withMetrics(new WalMetrics() {
                    @Override
                    public void fsyncNanos(long nanos) {
                        metrics.walFsync(nanos);
                    }

                    @Override
                    public void writeNanos(long nanos) {
                        metrics.walWrite(nanos);
                    }

                    @Override
                    public void bytesWritten(long bytes) {
                        metrics.walBytes(bytes);
                    }
                });
    }

    private Behavior<Command> giveUp(Throwable reason) {
        ready.completeExceptionally(reason);
        return Behaviors.stopped();
    }

    private Behavior<Command> stopBeforeOpen(Stop stop) {
        stopper = stop.replyTo();
        return Behaviors.same();
    }

    private Behavior<Command> start(MemberFiles opened) {
        files = opened;
        WalExtension.get(context.getSystem()).register(opened.wal());
        var state = opened.state();
        door.open(state);
        var watchHub = context.spawn(WatchHub.create(door, config, world, metrics), "watch-hub");
        var lessor = context.spawn(Lessor.create(door, config, world, metrics), "lessor");
        var compactor = context.spawn(AutoCompactor.create(door, config, world), "auto-compactor");
        var keeper = context.spawn(
                StoreKeeper.create(
                        new StoreKeeper.Files(state, opened.stores(), opened.storeName()),
                        new StoreKeeper.Pace(config.compactionBatchRows(), config.compactionPause()),
                        world.clock(),
                        metrics),
                "store-keeper",
                StoreKeeper.dispatcher());
        context.watch(keeper);
        var identity = new PeerIdentity(config.clusterId(), config.self().getID());
        var peers = PeerTransport.NOBODY;
        var snapshots = SnapshotSettings.DEFAULTS;
        var receiver = context.spawn(
                SnapshotReceiver.create(
                        new SnapshotReceiver.Parts(identity, peers, state, opened.stores(), world, snapshots)),
                "snapshots",
                SnapshotReceiver.dispatcher());
        context.watch(receiver);
        var self = context.getSelf();
        var readers = new Readers(context.getSystem().executionContext());
        var parts = new NodeParts(
                raftConfig(),
                world,
                state,
                pending,
                readers,
                peers,
                watchHub,
                lessor,
                compactor,
                keeper,
                receiver,
                new SnapshotSource(state, identity, peers, world.clock(), snapshots),
                status -> {
                    var before = door.status();
                    door.publish(status);
                    if (before.leader() != status.leader() || before.role() != status.role()) {
                        self.tell(new RoleChanged(status));
                    }
                },
                config.heartbeat(),
                config.requestTimeout(),
                config.snapshotCount(),
                config.catchupEntries(),
                metrics);
        var raftNode = context.spawn(RaftNode.create(parts), "raft-node");
        context.watch(raftNode);
        door.attach(new MemberDoor.Rooms(raftNode, watchHub, lessor, keeper));
        if (stopper != null) context.getSelf().tell(new Stop(stopper));
        return running();
    }

    private RaftConfig raftConfig() {
        var defaults = RaftConfig.of(config.self().getID());
        return new RaftConfig(
                config.self().getID(),
                Math.toIntExact(
                        config.electionTimeout().toMillis() / config.heartbeat().toMillis()),
                1,
                config.preVote(),
                defaults.checkQuorum(),
                defaults.maxInflightMessages(),
                defaults.maxInflightBytes(),
                defaults.maxMessageBytes(),
                defaults.maxUncommittedBytes());
    }

    private Behavior<Command> running() {
        return Behaviors.receive(Command.class)
                .onMessage(RoleChanged.class, this::onRoleChanged)
                .onMessage(PublishAnswered.class, this::onPublishAnswered)
                .onMessageEquals(RetryPublish.INSTANCE, this::publish)
                .onMessage(Stop.class, this::onStop)
                .onSignal(Terminated.class, this::onTerminated)
                .onSignal(PostStop.class, this::onPostStop)
                .build();
    }

    private Behavior<Command> onRoleChanged(RoleChanged changed) {
        if (changed.status().hasLeader() && !publishing && !ready.isDone()) publish();
        return Behaviors.same();
    }

    /** Tells the cluster this member's name and client URLs (spec M-2); what was committed before is applied then. */
    private Behavior<Command> publish() {
        publishing = true;
        var attributes = Attributes.newBuilder()
                .setName(config.self().getName())
                .addAllClientUrls(config.self().getClientURLsList());
        propose(InternalRaftRequest.newBuilder()
                .setClusterMemberAttrSet(ClusterMemberAttrSetRequest.newBuilder()
                        .setMemberID(config.self().getID())
                        .setMemberAttributes(attributes)));
        return Behaviors.same();
    }

    private void propose(InternalRaftRequest.Builder request) {
        var self = context.getSelf();
        door.propose(withId(request), outcome -> self.tell(new PublishAnswered(outcome)));
    }

    private io.actd.apply.Command withId(InternalRaftRequest.Builder request) {
        return io.actd.apply.Command.of(
                request.setHeader(RequestHeader.newBuilder().setID(door.nextRequestId()))
                        .build());
    }

    private Behavior<Command> onPublishAnswered(PublishAnswered answered) {
        if (answered.outcome() instanceof Outcome.Refused refused) {
            context.getLog()
                    .warn(
                            "failed to publish local member to cluster through raft: {}",
                            refused.refusal().text());
            timers.startSingleTimer(RetryPublish.INSTANCE, PUBLISH_RETRY);
            return Behaviors.same();
        }
        context.getLog()
                .atInfo()
                .addKeyValue("local-member-id", Long.toHexString(config.self().getID()))
                .addKeyValue(
                        "local-member-attributes",
                        config.self().getName() + " " + config.self().getClientURLsList())
                .log("published local member to cluster through raft");
        if (door.status().isLeader() && door.state().members().clusterVersion() == null) setClusterVersion();
        ready.complete(door);
        return Behaviors.same();
    }

    /** The first leader sets it (spec MT-17). */
    private void setClusterVersion() {
        var parts = config.serverVersion().split("\\.", -1);
        var version = parts[0] + "." + parts[1] + ".0";
        var request = InternalRaftRequest.newBuilder()
                .setClusterVersionSet(ClusterVersionSetRequest.newBuilder().setVer(version));
        var log = context.getLog();
        door.propose(
                withId(request),
                outcome -> log.atInfo().addKeyValue("cluster-version", version).log("set initial cluster version"));
    }

    private Behavior<Command> onStop(Stop stop) {
        stopper = stop.replyTo();
        door.close();
        for (var child : context.getChildren()) context.stop(child);
        return stopping();
    }

    /** The actor system ends without asking first: nobody writes any more, so what is applied can be kept. */
    private Behavior<Command> onPostStop(PostStop signal) {
        door.close();
        if (files != null) files.close();
        return Behaviors.same();
    }

    private Behavior<Command> onTerminated(Terminated signal) {
        var path = signal.getRef().path().name();
        context.getLog().error("{} ended: the member can not go on", path);
        door.close();
        ready.completeExceptionally(new IllegalStateException(path + " ended"));
        return Behaviors.stopped();
    }

    /** Waits until nobody writes any more, then flushes and closes. */
    private Behavior<Command> stopping() {
        if (context.getChildren().isEmpty()) return closing();
        for (var child : context.getChildren()) context.watch(child);
        return Behaviors.receive(Command.class)
                .onSignal(Terminated.class, signal -> context.getChildren().isEmpty() ? closing() : Behaviors.same())
                .onAnyMessage(ignored -> Behaviors.same())
                .build();
    }

    private Behavior<Command> closing() {
        var open = Objects.requireNonNull(files);
        context.pipeToSelf(CompletableFuture.runAsync(open::close, blocking), (done, failure) -> new Closed(failure));
        return Behaviors.receive(Command.class)
                .onMessage(Closed.class, this::onClosed)
                .onAnyMessage(ignored -> Behaviors.same())
                .onSignal(Terminated.class, late -> Behaviors.same())
                .build();
    }

    private Behavior<Command> onClosed(Closed closed) {
        if (closed.failure() != null) context.getLog().error("closing failed", closed.failure());
        if (stopper != null) stopper.tell(Done.getInstance());
        return Behaviors.stopped();
    }
}
