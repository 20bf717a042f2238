package io.actd.peer;

import io.actd.world.Clock;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.SupervisorStrategy;
import org.apache.pekko.actor.typed.javadsl.AbstractMatchingBehavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;

/**
 * Where packets of other members arrive: {@code /user/peers} for all but copies of the store, which have
 * {@code /user/snapshots} and a connection of their own.
 *
 * <p>Refuses what is of another cluster or for another member (faults M4) and what is damaged; hands the rest to the
 * {@link PeerListener} in order. Its mailbox is filled by peers only, within their windows. A failure costs the message
 * at hand, no more.
 */
final class PeerInbox extends AbstractMatchingBehavior<Packet> {
    private final PeerIdentity self;
    private final PeerListener listener;
    private final PeerMetrics metrics;
    private final Complaints complaints;
    private final Assembly assembly = new Assembly();

    private PeerInbox(
            ActorContext<Packet> context, PeerIdentity self, PeerListener listener, PeerMetrics metrics, Clock clock) {
        super(context);
        this.self = self;
        this.listener = listener;
        this.metrics = metrics;
        this.complaints = new Complaints(context.getLog(), clock);
    }

    static Behavior<Packet> create(PeerIdentity self, PeerListener listener, PeerMetrics metrics, Clock clock) {
        Behavior<Packet> inbox = Behaviors.setup(context -> new PeerInbox(context, self, listener, metrics, clock));
        return Behaviors.supervise(inbox).onFailure(SupervisorStrategy.resume());
    }

    @Override
    public Behavior<Packet> onMessage(Packet packet) {
        switch (packet) {
            case Packet.Letter letter -> onLetter(letter);
            case Packet.Piece piece -> onPiece(piece);
            case Packet.Unreadable unreadable -> refuse(0, unreadable.why());
        }
        return this;
    }

    private void onLetter(Packet.Letter letter) {
        var message = letter.message();
        if (!accepts(letter.clusterId(), message.from(), message.to())) return;
        metrics.received(message.from(), letter.bytes());
        listener.received(message);
    }

    private void onPiece(Packet.Piece piece) {
        if (!accepts(piece.clusterId(), piece.from(), piece.to())) return;
        switch (assembly.add(piece)) {
            case null -> {}
            case Packet.Letter letter -> onLetter(letter);
            case Packet.Unreadable unreadable -> refuse(piece.from(), unreadable.why());
            case Packet.Piece nested -> refuse(piece.from(), "pieces of a piece");
        }
    }

    private boolean accepts(long clusterId, long from, long to) {
        if (clusterId != self.clusterId()) {
            refuse(from, "cluster ID mismatch, it is of " + hex(clusterId) + ", this is " + hex(self.clusterId()));
            return false;
        }
        if (to != self.memberId()) {
            refuse(from, "for member " + hex(to) + ", this is " + hex(self.memberId()));
            return false;
        }
        return true;
    }

    private void refuse(long from, String why) {
        metrics.receiveFailed(from);
        complaints.about(hex(from), "dropped a message of member " + (from == 0 ? "unknown" : hex(from)) + ": " + why);
    }

    private static String hex(long id) {
        return Long.toHexString(id);
    }
}
