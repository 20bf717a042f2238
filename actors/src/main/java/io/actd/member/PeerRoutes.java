package io.actd.member;

import io.actd.peer.PeerAddress;
import io.actd.peer.PeerListener;
import io.actd.peer.PeerMessage;
import io.actd.role.RaftNode;
import io.actd.snapshot.SnapshotReceiver;
import java.util.function.Consumer;
import org.apache.pekko.actor.typed.ActorRef;
import org.jspecify.annotations.Nullable;

/**
 * Where messages of other members go inside this one. Not an actor: one hand-off less for each.
 *
 * <p>Until the rooms are attached everything is dropped, as if the process had not started yet.
 */
final class PeerRoutes implements PeerListener {
    /**
     * The actors messages go to.
     *
     * @param introductions told where senders say they are; must not block
     */
    record Rooms(
            ActorRef<RaftNode.Command> raftNode,
            ActorRef<Forwarder.Command> forwarder,
            ActorRef<SnapshotReceiver.Command> receiver,
            Consumer<PeerAddress> introductions) {}

    private final Connections connections;
    private final PeerVersions versions;
    private volatile @Nullable Rooms rooms;

    PeerRoutes(Connections connections, PeerVersions versions) {
        this.versions = versions;
        this.connections = connections;
    }

    void attach(Rooms all) {
        rooms = all;
    }

    @Override
    public void received(PeerMessage message) {
        connections.heard(message.from());
        var to = rooms;
        if (to == null) return;
        switch (message) {
            case PeerMessage.Raft raft -> to.raftNode().tell(new RaftNode.Receive(raft.message()));
            case PeerMessage.LeaderQuestion question -> to.forwarder().tell(new Forwarder.Asked(question));
            case PeerMessage.LeaderAnswer answer -> to.forwarder().tell(new Forwarder.Answered(answer));
            case PeerMessage.Leaving leaving -> {
                connections.left(leaving.from());
                to.raftNode().tell(new RaftNode.PeerLeft(leaving.from()));
            }
            case PeerMessage.Alive alive -> {
                versions.heard(alive.from(), alive.version());
                if (!alive.peerUrls().isEmpty())
                    to.introductions().accept(new PeerAddress(alive.from(), alive.peerUrls()));
            }
            case PeerMessage.SnapshotChunk chunk -> to.receiver().tell(new SnapshotReceiver.Chunk(chunk));
            case PeerMessage.SnapshotAck ack -> to.raftNode().tell(new RaftNode.SnapshotAcknowledged(ack));
        }
    }

    @Override
    public void lost(long peer) {
        var to = rooms;
        if (to != null) to.raftNode().tell(new RaftNode.Lost(peer));
    }
}
