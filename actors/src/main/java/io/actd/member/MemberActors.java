package io.actd.member;

import io.actd.applier.StoreKeeper;
import io.actd.lease.Lessor;
import io.actd.peer.PeerIdentity;
import io.actd.peer.PeerMessage;
import io.actd.peer.PeerTransport;
import io.actd.protocol.ServerVersion;
import io.actd.raft.RaftConfig;
import io.actd.role.NodeParts;
import io.actd.role.RaftNode;
import io.actd.snapshot.SnapshotReceiver;
import io.actd.snapshot.SnapshotSettings;
import io.actd.snapshot.SnapshotSource;
import io.actd.watch.WatchHub;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;

/**
 * The actors of one member, made and introduced to each other: the guardian's children.
 *
 * <p>It watches those without which the member can not go on: the {@code RaftNode}, the {@code StoreKeeper}, the
 * {@code SnapshotReceiver}.
 */
final class MemberActors {
    private static final SnapshotSettings SNAPSHOTS = SnapshotSettings.DEFAULTS;

    /** What the guardian wants to know. Called on any thread; must not block. */
    interface Listener {
        void onStatus(RaftStatus status);

        /** This member has told the cluster who it is. */
        void onPublished();

        /** This member has applied its own removal. */
        void onRemoved();
    }

    private final ActorContext<?> context;
    private final MemberConfig config;
    private final MemberParts parts;
    private final MemberFiles files;
    private final MemberDoor door;
    private final PendingReplies pending;
    private final PeerIdentity identity;
    private final PeerTransport peers;
    private final Roster roster;
    private final ActorRef<WatchHub.Command> watchHub;
    private final ActorRef<Forwarder.Command> forwarder;
    private final ActorRef<Lessor.Command> lessor;
    private final ActorRef<AutoCompactor.Command> compactor;
    private final ActorRef<StoreKeeper.Command> keeper;
    private final ActorRef<SnapshotReceiver.Command> receiver;
    private final ActorRef<Publisher.Command> publisher;

    /** Starts all; whatever the door leads to is open then. */
    MemberActors(
            ActorContext<?> context,
            MemberConfig config,
            MemberParts parts,
            MemberFiles files,
            MemberDoor door,
            PendingReplies pending,
            Listener listener) {
        this.context = context;
        this.config = config;
        this.parts = parts;
        this.files = files;
        this.door = door;
        this.pending = pending;
        this.identity = new PeerIdentity(config.clusterId(), config.self().getID());
        var world = parts.world();
        var metrics = parts.metrics();
        var versions = new PeerVersions();
        var routes = new PeerRoutes(door.connections(), versions);
        this.peers = parts.network().open(context, identity, routes);
        this.roster = new Roster(config, files.state().members(), peers, door.connections(), listener::onRemoved);
        this.watchHub = context.spawn(WatchHub.create(door, config, world, metrics), "watch-hub");
        this.forwarder = context.spawn(Forwarder.create(door, peers, config, world.clock()), "forwarder");
        this.lessor = context.spawn(Lessor.create(door, config, world, metrics, forwarder), "lessor");
        this.compactor = context.spawn(AutoCompactor.create(door, config, world), "auto-compactor");
        this.keeper = context.spawn(storeKeeper(), "store-keeper", StoreKeeper.dispatcher());
        this.receiver = context.spawn(snapshotReceiver(), "snapshot-receiver", SnapshotReceiver.dispatcher());
        var raftNode = context.spawn(RaftNode.create(nodeParts(listener)), "raft-node");
        context.watch(keeper);
        context.watch(receiver);
        context.watch(raftNode);
        door.attach(new MemberDoor.Rooms(raftNode, watchHub, lessor, keeper, forwarder));
        routes.attach(new PeerRoutes.Rooms(raftNode, forwarder, receiver, roster::introduce));
        if (config.diskReserveBytes() > 0) {
            context.spawn(SpaceWatch.create(door, config, world.disk()), "space-watch", StoreKeeper.dispatcher());
        }
        this.publisher = context.spawn(Publisher.create(door, versions, config, listener::onPublished), "publisher");
    }

    private Behavior<StoreKeeper.Command> storeKeeper() {
        var pace = new StoreKeeper.Pace(config.compactionBatchRows(), config.compactionPause());
        var stores = new StoreKeeper.Files(files.state(), files.stores(), files.storeName());
        return StoreKeeper.create(stores, pace, parts.world().clock(), parts.metrics());
    }

    private Behavior<SnapshotReceiver.Command> snapshotReceiver() {
        return SnapshotReceiver.create(new SnapshotReceiver.Parts(
                identity,
                peers,
                files.state(),
                files.stores(),
                parts.world(),
                SNAPSHOTS,
                parts.metrics().snapshots()));
    }

    private NodeParts nodeParts(Listener listener) {
        var state = files.state();
        return new NodeParts(
                raftConfig(),
                parts.world(),
                state,
                pending,
                new Readers(context.getSystem().executionContext()),
                peers,
                door.connections(),
                ServerVersion.parse(config.serverVersion()),
                watchHub,
                lessor,
                compactor,
                keeper,
                receiver,
                new SnapshotSource(
                        state,
                        identity,
                        peers,
                        parts.world().clock(),
                        SNAPSHOTS,
                        parts.metrics().snapshots()),
                listener::onStatus,
                roster,
                config.heartbeat(),
                config.headStart(),
                config.requestTimeout(),
                config.snapshotCount(),
                config.catchupEntries(),
                parts.metrics());
    }

    private RaftConfig raftConfig() {
        var defaults = RaftConfig.of(identity.memberId());
        return new RaftConfig(
                identity.memberId(),
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

    /** Tells the other members that this one stops; nothing may be sent after it. */
    void sayGoodbye() {
        for (var other : files.state().members().all()) {
            if (other.getID() != identity.memberId()) {
                peers.send(new PeerMessage.Leaving(identity.memberId(), other.getID()));
            }
        }
    }

    /** Tells those who wait for one that another member leads, or none. */
    void leaderChanged() {
        forwarder.tell(Forwarder.LeaderChanged.INSTANCE);
        publisher.tell(Publisher.LeaderChanged.INSTANCE);
    }
}
