package io.actd.snapshot;

import io.actd.applier.StoreKeeper;
import io.actd.peer.PeerMessage.SnapshotAck;
import io.actd.raft.SnapshotMark;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Function;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.javadsl.ActorContext;

/** The transfers a leader has under way, one a peer. Owned by the actor whose children the senders are. */
public final class Senders<C> {
    private record Running(long transferId, ActorRef<SnapshotSender.Command> sender) {}

    private final ActorContext<C> context;
    private final SnapshotSource source;
    private final ActorRef<SnapshotSender.Ended> ended;
    private final Function<SnapshotSender.Ended, C> message;
    private final Map<Long, Running> running = new HashMap<>();
    /** When the last store came to a peer whole, if that was just before. */
    private final Map<Long, Long> deliveredNanos = new HashMap<>();

    private long lastTransferId;

    /** @param message how the owner is told that a transfer has ended; it is to call {@link #hasEnded} then */
    public Senders(ActorContext<C> context, SnapshotSource source, Function<SnapshotSender.Ended, C> message) {
        this.context = context;
        this.source = source;
        this.message = message;
        this.ended = context.messageAdapter(SnapshotSender.Ended.class, message::apply);
        // Later processes begin higher: a receiver tells a late chunk from a new transfer by that.
        this.lastTransferId = source.clock().epochMillis() << 16;
    }

    /**
     * Sends the store to that peer; a transfer to it that is under way ends without a word. Who was sent one just before is
     * sent this one as fast as it goes: so much is written that the log behind the first was forgotten meanwhile.
     */
    public void begin(long peer) {
        stop(peer);
        long id = ++lastTransferId;
        var name = "snapshot-sender-" + id;
        long justBefore =
                source.clock().nanoTime() - source.settings().likelyDuration().toNanos();
        deliveredNanos.values().removeIf(delivered -> delivered - justBefore < 0);
        boolean paced = !deliveredNanos.containsKey(peer);
        var sender =
                context.spawn(SnapshotSender.create(source, peer, id, paced, ended), name, StoreKeeper.dispatcher());
        // If it fails, or cannot even begin, the transfer is undelivered; after its own word this one is late.
        context.watchWith(sender, message.apply(new SnapshotSender.Ended(peer, id, SnapshotMark.NONE, false)));
        running.put(peer, new Running(id, sender));
    }

    /** A receiver answered; what belongs to no transfer under way is dropped. */
    public void acknowledged(SnapshotAck ack) {
        var transfer = running.get(ack.from());
        if (transfer != null && transfer.transferId() == ack.transferId()) {
            transfer.sender().tell(new SnapshotSender.Acknowledged(ack));
        }
    }

    /** True if this ended a transfer under way; false if it is late. */
    public boolean hasEnded(SnapshotSender.Ended end) {
        var transfer = running.get(end.peer());
        if (transfer == null || transfer.transferId() != end.transferId()) return false;
        running.remove(end.peer());
        if (end.delivered()) deliveredNanos.put(end.peer(), source.clock().nanoTime());
        return true;
    }

    /** This member leads no longer. */
    public void stopAll() {
        for (var peer : running.keySet().toArray(Long[]::new)) stop(peer);
    }

    private void stop(long peer) {
        var transfer = running.remove(peer);
        if (transfer != null) context.stop(transfer.sender());
    }
}
