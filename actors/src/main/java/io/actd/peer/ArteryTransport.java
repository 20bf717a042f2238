package io.actd.peer;

import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import org.apache.pekko.actor.Address;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.ActorRefResolver;
import org.apache.pekko.actor.typed.ActorSystem;

/**
 * Sends to the {@link PeerInbox}es of other members by Artery. Whom it knows it knows from the applied membership, and
 * from those who say that they joined since; so it works whether or not Pekko's cluster has formed.
 *
 * <p>Bounded by Artery's queue per peer and channel; what does not fit is dropped there and noticed by {@link LossWatch}.
 */
final class ArteryTransport implements PeerTransport {
    /** Strangers are not taken in beyond this. */
    private static final int MOST_PEERS = 64;

    private record Doors(ActorRef<Packet> peers, ActorRef<Packet> snapshots) {}

    private final PeerIdentity self;
    private final String system;
    private final Address ownAddress;
    private final ActorRefResolver resolver;
    private final ActorRef<ClusterView.Command> clusterView;
    private final PeerMetrics metrics;
    private final Complaints complaints;
    private final Envelopes envelopes;
    /** Replaced as a whole, with the lock on this held. */
    private volatile Map<Long, Doors> doors = Map.of();

    ArteryTransport(
            PeerIdentity self,
            ActorSystem<?> system,
            ActorRef<ClusterView.Command> clusterView,
            PeerMetrics metrics,
            Complaints complaints) {
        this.self = self;
        this.system = system.name();
        this.ownAddress = system.address();
        this.resolver = ActorRefResolver.get(system);
        this.clusterView = clusterView;
        this.metrics = metrics;
        this.complaints = complaints;
        this.envelopes = new Envelopes(self.clusterId());
    }

    @Override
    public synchronized void members(Collection<PeerAddress> members) {
        var known = new HashMap<Long, Doors>();
        for (var member : members) {
            var url = PeerUrl.canonical(member.peerUrls());
            if (url.isEmpty()) {
                complain(member, "have no address among them that can be used");
            } else if (member.memberId() != self.memberId()) {
                known.put(member.memberId(), doors(url.get().address(system)));
            } else if (!url.get().address(system).equals(ownAddress)) {
                complain(member, "do not lead to this process, whose address is " + ownAddress);
            }
        }
        doors = known;
        clusterView.tell(new ClusterView.Members(members));
    }

    @Override
    public synchronized void introduce(PeerAddress stranger) {
        var url = PeerUrl.canonical(stranger.peerUrls());
        if (url.isEmpty() || doors.containsKey(stranger.memberId()) || doors.size() >= MOST_PEERS) return;
        var known = new HashMap<>(doors);
        known.put(stranger.memberId(), doors(url.get().address(system)));
        doors = known;
    }

    private void complain(PeerAddress member, String text) {
        complaints.about(
                "URLs " + member.memberId(),
                "peer URLs " + member.peerUrls() + " of member " + Long.toHexString(member.memberId()) + " " + text);
    }

    private Doors doors(Address address) {
        return new Doors(
                resolver.resolveActorRef(address + "/user/" + ArteryNetwork.PEERS),
                resolver.resolveActorRef(address + "/user/" + ArteryNetwork.SNAPSHOTS));
    }

    @Override
    public void send(PeerMessage message) {
        long to = message.to();
        var peer = doors.get(to);
        if (peer == null) {
            metrics.sendFailed(to);
            return;
        }
        var packets = envelopes.packets(message);
        if (packets.isEmpty()) tooLong(to);
        var door = message instanceof PeerMessage.SnapshotChunk ? peer.snapshots() : peer.peers();
        for (var packet : packets) {
            door.tell(packet);
            metrics.sent(to, packet.bytes());
        }
    }

    private void tooLong(long to) {
        metrics.sendFailed(to);
        complaints.about(
                "long " + to,
                "a message to member " + Long.toHexString(to) + " was not sent: longer than "
                        + Envelopes.MAX_LETTER_BYTES + " bytes");
    }
}
