package io.actd.snapshot;

import io.actd.applier.ReceivedStore;
import io.actd.applier.StoreKeeper;
import io.actd.apply.StateMachine;
import io.actd.backend.Backend;
import io.actd.backend.BufferedBackend;
import io.actd.copy.CopyDamaged;
import io.actd.copy.StoreDirectories;
import io.actd.member.SnapshotMetrics;
import io.actd.peer.PeerIdentity;
import io.actd.peer.PeerMessage.SnapshotAck;
import io.actd.peer.PeerMessage.SnapshotChunk;
import io.actd.peer.PeerTransport;
import io.actd.raft.SnapshotMark;
import io.actd.world.World;
import java.io.UncheckedIOException;
import java.util.HashMap;
import java.util.Map;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.DispatcherSelector;
import org.apache.pekko.actor.typed.PostStop;
import org.apache.pekko.actor.typed.Signal;
import org.apache.pekko.actor.typed.javadsl.AbstractMatchingBehavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.TimerScheduler;
import org.jspecify.annotations.Nullable;
import org.slf4j.event.Level;

/**
 * Takes copies of the store that leaders send, and loads the last complete one when the rules want it installed.
 *
 * <p>Who sends: the inbox of peers {@link Chunk}; the {@code RaftNode} {@link Open}, one at a time. What is bounded: one
 * transfer at a time, by its sender's window; a newer one replaces it (D18). On failure of a transfer its sender is told
 * and what arrived is removed; a failure of this actor stops the member. Runs on the blocking dispatcher.
 */
public final class SnapshotReceiver extends AbstractMatchingBehavior<SnapshotReceiver.Command> {
    public sealed interface Command {}

    /** A slice of a copy arrived. */
    public record Chunk(SnapshotChunk chunk) implements Command {}

    /** The rules want the store of this mark installed: load it. */
    public record Open(SnapshotMark mark, ActorRef<Answer> replyTo) implements Command {}

    private enum Tick implements Command {
        INSTANCE
    }

    /** The answer to {@link Open}. */
    public sealed interface Answer {
        SnapshotMark mark();
    }

    /** Here it is; it counts once the log has its mark. */
    public record Opened(SnapshotMark mark, ReceivedStore store) implements Answer {}

    /** It did not arrive whole, or something newer did. */
    public record NotAtHand(SnapshotMark mark) implements Answer {}

    /** What the receiver works with. */
    public record Parts(
            PeerIdentity self,
            PeerTransport peers,
            StateMachine state,
            StoreDirectories stores,
            World world,
            SnapshotSettings settings,
            SnapshotMetrics metrics) {}

    /** Arrived whole and durable; still open, for it is likely to be wanted at once. */
    private record Complete(SnapshotMark mark, Backend engine) {}

    private final Parts parts;
    /** The highest transfer id of each sender: what is not above it is late. Forgotten when all is quiet. */
    private final Map<Long, Long> lastTransferIds = new HashMap<>();

    private long transferHeardNanos;
    private @Nullable Transfer current;
    private @Nullable Complete complete;
    /** Open and on its way to the applier. */
    private @Nullable Opened opened;

    private SnapshotReceiver(ActorContext<Command> context, TimerScheduler<Command> timers, Parts parts) {
        super(context);
        context.setLoggerName(SnapshotReceiver.class); // a timer would give it one of its own
        this.parts = parts;
        this.transferHeardNanos = now();
        timers.startTimerWithFixedDelay(
                Tick.INSTANCE, parts.settings().patience().dividedBy(10));
    }

    public static Behavior<Command> create(Parts parts) {
        return Behaviors.setup(context -> Behaviors.withTimers(timers -> new SnapshotReceiver(context, timers, parts)));
    }

    /** Where this actor must run: it blocks. */
    public static DispatcherSelector dispatcher() {
        return StoreKeeper.dispatcher();
    }

    @Override
    public Behavior<Command> onMessage(Command command) {
        switch (command) {
            case Chunk(SnapshotChunk chunk) -> onChunk(chunk);
            case Open open -> onOpen(open);
            case Tick tick -> onTick();
        }
        return this;
    }

    @Override
    public Behavior<Command> onSignal(Signal signal) {
        if (signal instanceof PostStop) {
            drop(current);
            if (complete != null) complete.engine().close();
            if (opened != null && !isApplied(opened.mark()))
                opened.store().state().close();
        }
        return this;
    }

    // ---- receiving

    private void onChunk(SnapshotChunk chunk) {
        if (isAtHand(chunk.mark())) {
            acknowledge(chunk, chunk.seq() + 1, true);
        } else if (current != null && current.isOf(chunk)) {
            take(current, chunk);
        } else if (chunk.transferId() <= lastTransferIds.getOrDefault(chunk.from(), 0L)) {
            refuse(chunk, "the transfer is over");
        } else if (chunk.seq() > 0) {
            // The first chunk is lost, or this process is newer than the transfer.
            acknowledge(chunk, 0, false);
        } else {
            begin(chunk);
        }
    }

    /** Nothing need be sent: it is applied, about to be, or here. */
    private boolean isAtHand(SnapshotMark mark) {
        return isApplied(mark)
                || (opened != null && mark.index() <= opened.mark().index())
                || (complete != null && mark.id().equals(complete.mark().id()));
    }

    private boolean isApplied(SnapshotMark mark) {
        return mark.index() <= parts.state().appliedIndex();
    }

    private void begin(SnapshotChunk first) {
        drop(current);
        current = null;
        lastTransferIds.put(first.from(), first.transferId());
        parts.metrics().receiving(first.from());
        try {
            if (complete != null && complete.mark().index() == first.mark().index()) removeComplete();
            var builder = parts.stores().build(parts.self().clusterId(), first.mark());
            current = new Transfer(first.from(), first.transferId(), first.mark(), builder, now());
            log(Level.INFO, first.mark(), "receiving database snapshot");
            take(current, first);
        } catch (UncheckedIOException e) {
            if (current == null) parts.metrics().notReceived(first.from());
            refuse(first, "cannot begin: " + e.getMessage());
        }
    }

    private void take(Transfer transfer, SnapshotChunk chunk) {
        transferHeardNanos = now();
        if (chunk.seq() == transfer.nextSeq) {
            long begun = now();
            try {
                transfer.add(chunk);
            } catch (CopyDamaged | UncheckedIOException e) {
                drop(transfer);
                current = null;
                refuse(chunk, String.valueOf(e.getMessage()));
                return;
            }
            if (chunk.last()) {
                parts.metrics().received(chunk.from(), now() - transfer.begunNanos, now() - begun);
                completed(transfer);
                acknowledge(chunk, transfer.nextSeq, true);
                return;
            }
        }
        acknowledge(chunk, transfer.nextSeq, false);
    }

    private void completed(Transfer transfer) {
        current = null;
        removeComplete();
        complete = new Complete(transfer.mark, transfer.handOver());
        log(Level.INFO, transfer.mark, "received and saved database snapshot");
    }

    private void acknowledge(SnapshotChunk chunk, long nextSeq, boolean whole) {
        answer(chunk, nextSeq, whole, "");
    }

    private void refuse(SnapshotChunk chunk, String reason) {
        log(Level.WARN, chunk.mark(), "refused a part of the store: " + reason);
        answer(chunk, 0, false, reason);
    }

    private void answer(SnapshotChunk chunk, long nextSeq, boolean whole, String failure) {
        long self = parts.self().memberId();
        parts.peers().send(new SnapshotAck(self, chunk.from(), chunk.transferId(), nextSeq, whole, failure));
    }

    // ---- opening

    private void onOpen(Open open) {
        var mark = open.mark();
        if (complete == null || !complete.mark().id().equals(mark.id())) {
            open.replyTo().tell(new NotAtHand(mark));
            return;
        }
        var engine = complete.engine();
        complete = null;
        var store = load(mark, engine);
        if (store == null) {
            open.replyTo().tell(new NotAtHand(mark));
            return;
        }
        log(Level.INFO, mark, "applySnapshot: opened snapshot backend"); // spec OP-89
        opened = new Opened(mark, store);
        open.replyTo().tell(opened);
    }

    private @Nullable ReceivedStore load(SnapshotMark mark, Backend engine) {
        try {
            var loaded =
                    parts.state().load(new BufferedBackend(engine, parts.world().failpoints()));
            if (loaded.mark().id().equals(mark.id()))
                return new ReceivedStore(StoreDirectories.nameOf(mark.index()), loaded);
            loaded.close();
        } catch (UncheckedIOException e) {
            getContext().getLog().error("the store received up to {} cannot be loaded", mark.index(), e);
            engine.close();
        }
        return null;
    }

    // ---- cleaning up

    private void onTick() {
        if (opened != null && isApplied(opened.mark())) opened = null;
        if (complete != null && isApplied(complete.mark())) removeComplete();
        if (now() - transferHeardNanos > parts.settings().patience().toNanos()) {
            // Nothing is late by now; and a leader whose clock was set back must be heard again some day.
            lastTransferIds.clear();
            if (current == null) return;
            log(Level.INFO, current.mark, "the leader stopped sending the store");
            drop(current);
            current = null;
        }
    }

    private void removeComplete() {
        if (complete == null) return;
        complete.engine().close();
        remove(complete.mark());
        complete = null;
    }

    private void drop(@Nullable Transfer transfer) {
        if (transfer == null) return;
        parts.metrics().notReceived(transfer.from);
        transfer.close();
        remove(transfer.mark);
    }

    /** What cannot be removed now is removed at the next start. */
    private void remove(SnapshotMark mark) {
        try {
            parts.stores().delete(StoreDirectories.nameOf(mark.index()));
        } catch (UncheckedIOException e) {
            getContext().getLog().warn("what is left of a received store cannot be removed", e);
        }
    }

    private void log(Level level, SnapshotMark mark, String what) {
        getContext()
                .getLog()
                .atLevel(level)
                .addKeyValue("snapshot-index", mark.index())
                .log(what);
    }

    private long now() {
        return parts.world().clock().nanoTime();
    }
}
