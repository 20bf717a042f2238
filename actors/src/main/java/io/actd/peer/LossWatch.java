package io.actd.peer;

import io.actd.world.Clock;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.apache.pekko.actor.DeadLetter;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.SupervisorStrategy;
import org.apache.pekko.actor.typed.eventstream.EventStream;
import org.apache.pekko.actor.typed.javadsl.AbstractMatchingBehavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.remote.artery.ThisActorSystemQuarantinedEvent;

/**
 * Learns from Artery what will not arrive, counts it and tells the {@link PeerListener}, at most every 200 ms and peer.
 * What was already in a socket is lost unnoticed.
 *
 * <p>Also hears when another system will have nothing to do with this one until this process has started anew.
 */
final class LossWatch extends AbstractMatchingBehavior<LossWatch.Command> {
    private static final long PAUSE_NANOS = Duration.ofMillis(200).toNanos();

    sealed interface Command {}

    private record Undelivered(DeadLetter letter) implements Command {}

    private record Quarantined(ThisActorSystemQuarantinedEvent event) implements Command {}

    private final PeerIdentity self;
    private final PeerListener listener;
    private final PeerMetrics metrics;
    private final Clock clock;
    private final Runnable onQuarantined;
    private final Complaints complaints;
    private final Map<Long, Long> toldNanos = new HashMap<>();

    private LossWatch(
            ActorContext<Command> context,
            PeerIdentity self,
            PeerListener listener,
            PeerMetrics metrics,
            Clock clock,
            Runnable onQuarantined) {
        super(context);
        this.self = self;
        this.listener = listener;
        this.metrics = metrics;
        this.clock = clock;
        this.onQuarantined = onQuarantined;
        this.complaints = new Complaints(context.getLog(), clock);
        var events = context.getSystem().eventStream();
        events.tell(new EventStream.Subscribe<>(
                DeadLetter.class, context.messageAdapter(DeadLetter.class, Undelivered::new)));
        events.tell(new EventStream.Subscribe<>(
                ThisActorSystemQuarantinedEvent.class,
                context.messageAdapter(ThisActorSystemQuarantinedEvent.class, Quarantined::new)));
    }

    static Behavior<Command> create(
            PeerIdentity self, PeerListener listener, PeerMetrics metrics, Clock clock, Runnable onQuarantined) {
        Behavior<Command> watch =
                Behaviors.setup(context -> new LossWatch(context, self, listener, metrics, clock, onQuarantined));
        return Behaviors.supervise(watch).onFailure(SupervisorStrategy.resume());
    }

    @Override
    public Behavior<Command> onMessage(Command command) {
        switch (command) {
            case Undelivered(DeadLetter letter) -> onUndelivered(letter);
            case Quarantined(ThisActorSystemQuarantinedEvent event) -> onQuarantined(event);
        }
        return this;
    }

    private void onUndelivered(DeadLetter letter) {
        if (!(letter.message() instanceof Packet packet)) return;
        long peer = packet.to();
        // One that arrived here while there was nobody to take it.
        if (peer == self.memberId() || peer == 0) return;
        metrics.sendFailed(peer);
        long now = clock.nanoTime();
        var told = toldNanos.get(peer);
        if (told != null && now - told < PAUSE_NANOS) return;
        toldNanos.put(peer, now);
        complaints.about(
                Long.toHexString(peer), "messages to member " + Long.toHexString(peer) + " can not be delivered");
        listener.lost(peer);
    }

    private void onQuarantined(ThisActorSystemQuarantinedEvent event) {
        getContext()
                .getLog()
                .error(
                        "{} has quarantined this actor system: it takes nothing from it until this process has been"
                                + " started anew",
                        event.remoteAddress());
        onQuarantined.run();
    }
}
