package io.actd.snapshot;

import com.google.protobuf.UnsafeByteOperations;
import io.actd.copy.StoreCopy;
import io.actd.peer.PeerMessage.SnapshotAck;
import io.actd.peer.PeerMessage.SnapshotChunk;
import io.actd.raft.SnapshotMark;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.PostStop;
import org.apache.pekko.actor.typed.Signal;
import org.apache.pekko.actor.typed.javadsl.AbstractMatchingBehavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.TimerScheduler;

/**
 * Sends one copy of the store to one peer, chunk by chunk.
 *
 * <p>Who sends: {@link Senders}, its owner, passes the receiver's acknowledgements on. What is bounded: a window of
 * chunks is under way, and kept to be sent again; how fast the store is read. On failure, or when nothing is heard for too
 * long: the transfer ends undelivered, and the rules try again when the peer answers a heartbeat. Runs on the blocking
 * dispatcher.
 */
public final class SnapshotSender extends AbstractMatchingBehavior<SnapshotSender.Command> {
    public sealed interface Command {}

    /** The receiver answered. */
    public record Acknowledged(SnapshotAck ack) implements Command {}

    private enum Tick implements Command {
        INSTANCE
    }

    private enum ReadOn implements Command {
        INSTANCE
    }

    /** A transfer that failed is told a little later, so that the next one does not begin at once. */
    private enum Rested implements Command {
        INSTANCE
    }

    /**
     * The transfer is over; told once, last.
     *
     * @param delivered the peer has the store up to the mark, durably
     */
    public record Ended(long peer, long transferId, SnapshotMark mark, boolean delivered) {}

    /** What a timer that comes late, as all do, may be made up for: two of its steps. */
    private static final long CREDIT_NANOS = Duration.ofMillis(20).toNanos();

    private final TimerScheduler<Command> timers;
    private final SnapshotSource source;
    private final SnapshotSettings settings;
    private final long peer;
    private final long transferId;
    private final ActorRef<Ended> owner;
    private final StoreCopy copy;
    private final Deque<SnapshotChunk> unacknowledged = new ArrayDeque<>();
    private final boolean paced;
    private final long storeBytes;
    private final long begunNanos;
    private long nextSeq;
    private boolean allRead;
    private long heardNanos;
    private long sentNanos;
    private long mayReadNanos;
    private boolean failed;
    private boolean delivered;

    private SnapshotSender(
            ActorContext<Command> context,
            TimerScheduler<Command> timers,
            SnapshotSource source,
            long peer,
            long transferId,
            boolean paced,
            ActorRef<Ended> owner) {
        super(context);
        context.setLoggerName(SnapshotSender.class); // a timer would give it one of its own
        this.timers = timers;
        this.source = source;
        this.settings = source.settings();
        this.peer = peer;
        this.transferId = transferId;
        this.owner = owner;
        this.copy = source.copy();
        this.paced = paced;
        this.storeBytes = source.state().dbSizeBytes();
        this.begunNanos = now();
        this.heardNanos = begunNanos;
        this.sentNanos = begunNanos;
        this.mayReadNanos = begunNanos;
        timers.startTimerWithFixedDelay(Tick.INSTANCE, settings.resendAfter().dividedBy(2));
        source.metrics().sending(peer);
        log("sending database snapshot", "");
    }

    /**
     * @param transferId higher than those of all earlier transfers of this member, in earlier processes too
     * @param paced not faster than the settings say, so that clients feel little of it
     */
    static Behavior<Command> create(
            SnapshotSource source, long peer, long transferId, boolean paced, ActorRef<Ended> owner) {
        return Behaviors.setup(context -> Behaviors.withTimers(timers -> {
            var sender = new SnapshotSender(context, timers, source, peer, transferId, paced, owner);
            sender.fillWindow();
            return sender;
        }));
    }

    @Override
    public Behavior<Command> onMessage(Command command) {
        return switch (command) {
            case Rested rested -> tell(false);
            case Acknowledged(SnapshotAck ack) -> failed ? this : onAcknowledged(ack);
            case Tick tick -> failed ? this : onTick();
            case ReadOn readOn -> failed ? this : fillWindow();
        };
    }

    @Override
    public Behavior<Command> onSignal(Signal signal) {
        if (signal instanceof PostStop) {
            copy.close();
            if (delivered) source.metrics().sent(peer, now() - begunNanos);
            else source.metrics().notSent(peer);
        }
        return this;
    }

    private Behavior<Command> fillWindow() {
        long now = now();
        while (unacknowledged.size() < settings.windowChunks() && !allRead) {
            if (mayReadNanos - now > 0) {
                timers.startSingleTimer(ReadOn.INSTANCE, Duration.ofNanos(mayReadNanos - now));
                return this;
            }
            long pause = paced ? settings.nanosPerChunk(storeBytes, now - begunNanos) : 0;
            mayReadNanos = Math.max(mayReadNanos, now - CREDIT_NANOS) + pause;
            try {
                send(copy.next(), now);
            } catch (UncheckedIOException e) {
                getContext().getLog().error("the store can not be read", e);
                return fail("the store can not be read");
            }
        }
        return this;
    }

    private void send(StoreCopy.Slice slice, long now) {
        allRead = slice.last();
        var bytes = UnsafeByteOperations.unsafeWrap(slice.bytes());
        var chunk = new SnapshotChunk(
                source.self().memberId(), peer, transferId, copy.mark(), nextSeq++, slice.last(), bytes);
        unacknowledged.add(chunk);
        sentNanos = now;
        source.peers().send(chunk);
    }

    private Behavior<Command> onAcknowledged(SnapshotAck ack) {
        if (ack.transferId() != transferId) return this;
        if (!ack.failure().isEmpty()) return fail(ack.failure());
        if (ack.complete()) {
            log("sent database snapshot", ""); // spec OP-89
            return tell(true);
        }
        heardNanos = now();
        // It asks for what is gone: it was started anew.
        boolean forgotten = ack.nextSeq() == 0
                && !unacknowledged.isEmpty()
                && unacknowledged.getFirst().seq() > 0;
        if (forgotten) return fail("the receiver was started anew");
        while (!unacknowledged.isEmpty() && unacknowledged.getFirst().seq() < ack.nextSeq()) {
            unacknowledged.removeFirst();
        }
        return fillWindow();
    }

    private Behavior<Command> onTick() {
        long now = now();
        if (now - heardNanos > settings.patience().toNanos()) return fail("nothing was heard for too long");
        if (now - Math.max(sentNanos, heardNanos) > settings.resendAfter().toNanos()) {
            sentNanos = now;
            unacknowledged.forEach(source.peers()::send);
        }
        return this;
    }

    private Behavior<Command> fail(String reason) {
        log("failed to send database snapshot", reason);
        failed = true;
        unacknowledged.clear();
        copy.close();
        timers.startSingleTimer(Rested.INSTANCE, settings.resendAfter());
        return this;
    }

    private Behavior<Command> tell(boolean success) {
        delivered = success;
        owner.tell(new Ended(peer, transferId, copy.mark(), delivered));
        return Behaviors.stopped();
    }

    private void log(String what, String error) {
        var line = getContext()
                .getLog()
                .atInfo()
                .addKeyValue("remote-peer-id", Long.toHexString(peer))
                .addKeyValue("snapshot-index", copy.mark().index())
                .addKeyValue("chunks", nextSeq)
                .addKeyValue("took", Duration.ofNanos(now() - begunNanos));
        (error.isEmpty() ? line : line.addKeyValue("error", error)).log(what);
    }

    private long now() {
        return source.clock().nanoTime();
    }
}
