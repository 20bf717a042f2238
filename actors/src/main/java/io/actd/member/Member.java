package io.actd.member;

import io.actd.applier.StoreKeeper;
import io.actd.peer.PeerNetwork;
import io.actd.protocol.Outcome;
import io.actd.wal.WalExtension;
import io.actd.world.World;
import java.util.Objects;
import java.util.OptionalLong;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
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
 * Guardian of one member: opens its files, starts its actors, stops it in order. Before it stops a leader hands
 * leadership over; a member that was removed from its cluster ends by itself.
 *
 * <p>If the {@code RaftNode} ends, the member ends, and with it the process: a member that cannot trust its disk or its
 * own rules must stop. The lessor is restarted from applied state; the hub is, too, and its streams end with an error
 * that clients retry.
 */
public final class Member {
    /** Proposals waiting to be applied, beyond which commands are refused (spec OP-90 bounds the rest). */
    private static final int MAX_PENDING_REPLIES = 65_536;

    /** What a removed member waits, in ticks, before it ends: the others may still hear from it what was committed. */
    private static final int FAREWELL_TICKS = 10;

    /** Election timeouts without a word after which a peer counts as gone. */
    private static final int SILENT_ELECTIONS = 2;

    public sealed interface Command {}

    /** Refuse new work, finish what is under way, flush and close. */
    public record Stop(ActorRef<Done> replyTo) implements Command {}

    private record Opened(MemberFiles files) implements Command {}

    private record OpenFailed(Throwable reason) implements Command {}

    private record RoleChanged(RaftStatus status) implements Command {}

    private enum Published implements Command {
        INSTANCE
    }

    /** This member applied its own removal. */
    private enum Removed implements Command {
        INSTANCE
    }

    private enum Leave implements Command {
        INSTANCE
    }

    private record HandedOver(Outcome outcome) implements Command {}

    private record Closed(@Nullable Throwable failure) implements Command {}

    private final ActorContext<Command> context;
    private final TimerScheduler<Command> timers;
    private final MemberConfig config;
    private final MemberParts parts;
    private final Consumer<MemberApi> onOpened;
    private final CompletableFuture<MemberApi> ready;
    private final PendingReplies pending = new PendingReplies(MAX_PENDING_REPLIES);
    private final Executor blocking;
    private final MemberDoor door;
    private @Nullable MemberFiles files;
    private @Nullable ActorRef<Done> stopper;
    private MemberEnd end = MemberEnd.STOPPED;
    private boolean removed;
    private Runnable goodbye = () -> {};

    private Member(
            ActorContext<Command> context,
            TimerScheduler<Command> timers,
            MemberConfig config,
            MemberParts parts,
            Consumer<MemberApi> onOpened,
            CompletableFuture<MemberApi> ready) {
        this.context = context;
        this.timers = timers;
        this.config = config;
        this.parts = parts;
        this.onOpened = onOpened;
        this.ready = ready;
        this.blocking = context.getSystem().dispatchers().lookup(StoreKeeper.dispatcher());
        var clock = parts.world().clock();
        var connections = new Connections(clock, config.electionTimeout().multipliedBy(SILENT_ELECTIONS));
        this.door = new MemberDoor(config, clock, pending, blocking, connections, parts.metrics());
    }

    /**
     * The guardian's behaviour.
     *
     * @param onOpened told, once, of the member as soon as it can be looked at: its applied state is there, it takes part in
     *     elections, but it may know of no leader yet; must not block
     * @param ready completed when the member has published itself and may serve clients (spec MD-7), or failed with
     *     the reason why it cannot start, {@link MemberRemovedException} among them
     */
    public static Behavior<Command> create(
            MemberConfig config, MemberParts parts, Consumer<MemberApi> onOpened, CompletableFuture<MemberApi> ready) {
        return Behaviors.setup(context ->
                Behaviors.withTimers(timers -> new Member(context, timers, config, parts, onOpened, ready).opening()));
    }

    /** As {@link #create(MemberConfig, MemberParts, Consumer, CompletableFuture)}, for who can wait until it is ready. */
    public static Behavior<Command> create(MemberConfig config, MemberParts parts, CompletableFuture<MemberApi> ready) {
        return create(config, parts, opened -> {}, ready);
    }

    /** As {@link #create(MemberConfig, MemberParts, CompletableFuture)}, for a member that is alone. */
    public static Behavior<Command> create(
            MemberConfig config, World world, MemberMetrics metrics, CompletableFuture<MemberApi> ready) {
        return create(config, MemberParts.alone(world, metrics), ready);
    }

    /** As {@link #create(MemberConfig, World, MemberMetrics, CompletableFuture)}, with files kept in another way. */
    public static Behavior<Command> create(
            MemberConfig config,
            World world,
            Storage storage,
            MemberMetrics metrics,
            CompletableFuture<MemberApi> ready) {
        return create(config, new MemberParts(world, storage, PeerNetwork.NONE, metrics), ready);
    }

    // ---- starting

    private Behavior<Command> opening() {
        var options = LogOptions.of(config, parts, blocking);
        var opened = CompletableFuture.supplyAsync(
                () -> MemberFiles.open(config, parts.world(), parts.storage().engine(), options, door::header),
                blocking);
        context.pipeToSelf(opened, (result, failure) -> failure == null ? new Opened(result) : new OpenFailed(failure));
        return Behaviors.receive(Command.class)
                .onMessage(Opened.class, message -> start(message.files()))
                .onMessage(OpenFailed.class, message -> giveUp(message.reason()))
                .onMessage(Stop.class, this::stopBeforeOpen)
                .build();
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
        door.open(opened.state());
        var self = context.getSelf();
        var actors = new MemberActors(context, config, parts, opened, door, pending, listener(door, self));
        goodbye = actors::sayGoodbye;
        onOpened.accept(door);
        if (stopper != null) self.tell(new Stop(stopper));
        return running(actors);
    }

    private static MemberActors.Listener listener(MemberDoor door, ActorRef<Command> self) {
        return new MemberActors.Listener() {
            @Override
            public void onStatus(RaftStatus status) {
                var before = door.status();
                door.publish(status);
                if (before.leader() != status.leader() || before.role() != status.role()) {
                    self.tell(new RoleChanged(status));
                }
            }

            @Override
            public void onPublished() {
                self.tell(Published.INSTANCE);
            }

            @Override
            public void onRemoved() {
                self.tell(Removed.INSTANCE);
            }
        };
    }

    // ---- running

    private Behavior<Command> running(MemberActors actors) {
        return Behaviors.receive(Command.class)
                .onMessage(RoleChanged.class, changed -> onRoleChanged(changed.status(), actors))
                .onMessageEquals(Published.INSTANCE, this::onPublished)
                .onMessageEquals(Removed.INSTANCE, this::onRemoved)
                .onMessageEquals(Leave.INSTANCE, this::stopParts)
                .onMessage(Stop.class, this::onStop)
                .onSignal(Terminated.class, this::onTerminated)
                .onSignal(PostStop.class, this::onPostStop)
                .build();
    }

    private Behavior<Command> onRoleChanged(RaftStatus status, MemberActors actors) {
        if (status.hasLeader()) {
            context.getLog()
                    .atInfo()
                    .addKeyValue("local-member-id", hex(config.self().getID()))
                    .log("elected leader {} at term {}", hex(status.leader()), status.term());
        }
        actors.leaderChanged();
        return Behaviors.same();
    }

    private Behavior<Command> onPublished() {
        ready.complete(door);
        return Behaviors.same();
    }

    // ---- ending

    /** Spec OP-58. */
    private Behavior<Command> onRemoved() {
        if (removed) return Behaviors.same();
        removed = true;
        end = MemberEnd.REMOVED;
        var reason = new MemberRemovedException();
        context.getLog().atError().addKeyValue("error", reason.getMessage()).log("server error");
        context.getLog()
                .atWarn()
                .addKeyValue("data-dir", config.dataDir())
                .log("data-dir used by this member must be removed");
        ready.completeExceptionally(reason);
        timers.startSingleTimer(Leave.INSTANCE, config.heartbeat().multipliedBy(FAREWELL_TICKS));
        return Behaviors.same();
    }

    private Behavior<Command> onStop(Stop stop) {
        stopper = stop.replyTo();
        return handOver();
    }

    private Behavior<Command> handOver() {
        var heir = heir();
        if (heir.isEmpty()) return stopParts();
        var self = context.getSelf();
        door.transferLeadership(heir.getAsLong(), outcome -> self.tell(new HandedOver(outcome)));
        return Behaviors.receive(Command.class)
                .onMessage(HandedOver.class, handed -> onHandedOver(handed, heir.getAsLong()))
                .onSignal(Terminated.class, this::onTerminated)
                .onSignal(PostStop.class, this::onPostStop)
                .onAnyMessage(ignored -> Behaviors.same())
                .build();
    }

    /** Who is to lead instead: the voter connected longest (spec OP-62). */
    private OptionalLong heir() {
        var others = new TreeSet<>(door.state().membership().voters());
        others.remove(config.self().getID());
        var heir = door.connections().longestConnected(others);
        var log = context.getLog();
        if (others.isEmpty()) {
            log.info("skipped leadership transfer for single voting member cluster");
        } else if (!door.status().isLeader()) {
            log.info("skipped leadership transfer; local server is not leader");
            return OptionalLong.empty();
        } else if (heir.isEmpty()) {
            log.warn("leadership transfer failed: no other voter is connected");
        }
        return heir;
    }

    private Behavior<Command> onHandedOver(HandedOver handed, long heir) {
        if (handed.outcome() instanceof Outcome.Refused refused) {
            context.getLog()
                    .warn("leadership transfer failed: {}", refused.refusal().text());
            // It stops, too; perhaps somebody else goes on.
            if (!door.connections().isConnected(heir)) return handOver();
        }
        return stopParts();
    }

    /** The actor system ends without asking first: nobody writes any more, so what is applied can be kept. */
    private Behavior<Command> onPostStop(PostStop signal) {
        door.close();
        try {
            if (files != null) files.close();
        } catch (RuntimeException e) {
            // Most often for the reason why the member ends. The log has whatever could not be flushed.
            context.getLog().error("closing failed", e);
        }
        door.ended(end);
        return Behaviors.same();
    }

    private Behavior<Command> onTerminated(Terminated signal) {
        var path = signal.getRef().path().name();
        context.getLog().error("{} ended: the member can not go on", path);
        door.close();
        end = MemberEnd.FAILED;
        ready.completeExceptionally(new IllegalStateException(path + " ended"));
        return Behaviors.stopped();
    }

    private Behavior<Command> stopParts() {
        door.close();
        for (var child : context.getChildren()) context.stop(child);
        return stopping();
    }

    /** Waits until nobody writes any more, then flushes and closes. */
    private Behavior<Command> stopping() {
        if (context.getChildren().isEmpty()) return closing();
        for (var child : context.getChildren()) context.watch(child);
        return Behaviors.receive(Command.class)
                .onSignal(Terminated.class, signal -> context.getChildren().isEmpty() ? closing() : Behaviors.same())
                .onMessage(Stop.class, this::alsoTell)
                .onAnyMessage(ignored -> Behaviors.same())
                .build();
    }

    private Behavior<Command> closing() {
        goodbye.run();
        var open = Objects.requireNonNull(files);
        context.pipeToSelf(CompletableFuture.runAsync(open::close, blocking), (done, failure) -> new Closed(failure));
        return Behaviors.receive(Command.class)
                .onMessage(Closed.class, this::onClosed)
                .onMessage(Stop.class, this::alsoTell)
                .onAnyMessage(ignored -> Behaviors.same())
                .onSignal(Terminated.class, late -> Behaviors.same())
                .build();
    }

    /** It ends already, for another reason. */
    private Behavior<Command> alsoTell(Stop stop) {
        stopper = stop.replyTo();
        return Behaviors.same();
    }

    private Behavior<Command> onClosed(Closed closed) {
        if (closed.failure() != null) context.getLog().error("closing failed", closed.failure());
        door.ended(end);
        if (stopper != null) stopper.tell(Done.getInstance());
        return Behaviors.stopped();
    }

    private static String hex(long id) {
        return Long.toHexString(id);
    }
}
