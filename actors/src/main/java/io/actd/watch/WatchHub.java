package io.actd.watch;

import io.actd.invariant.Invariant;
import io.actd.member.MemberApi;
import io.actd.member.MemberConfig;
import io.actd.member.MemberMetrics;
import io.actd.mvcc.KeyRange;
import io.actd.mvcc.RevisionEvents;
import io.actd.protocol.Refusal;
import io.actd.watch.Audience.Listener;
import io.actd.world.World;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.ChildFailed;
import org.apache.pekko.actor.typed.PostStop;
import org.apache.pekko.actor.typed.PreRestart;
import org.apache.pekko.actor.typed.Signal;
import org.apache.pekko.actor.typed.SupervisorStrategy;
import org.apache.pekko.actor.typed.Terminated;
import org.apache.pekko.actor.typed.javadsl.AbstractMatchingBehavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;

/**
 * Routes each revision's events to the streams whose key ranges they touch. A watch that joined when the hub had
 * published P gets every event above P, in order, each once, until it leaves or its stream is told that it lags.
 *
 * <p>Who sends: the applier {@link Published}, before it answers the writer, so that whoever joins after a write was
 * answered does not hear it (spec W-5); the API layer {@link Open}; the streams, its children, the rest.
 *
 * <p>What is bounded: a stream may have a bounded number of live messages unhandled, in number and in bytes. At the
 * bound all its watches are taken off the live path and it is told from which revision on it has to read history
 * (spec W-32). Nobody waits for a slow stream.
 *
 * <p>On failure: the failed hub ends all streams with an error clients retry and starts again at the store's revision.
 * A failed stream ends its own RPC the same way.
 */
public final class WatchHub extends AbstractMatchingBehavior<WatchHub.Command> {
    /** What the hub is told. */
    public sealed interface Command {}

    /** The applier: these revisions are applied and readable, ascending, without gap. */
    public record Published(List<RevisionEvents> revisions) implements Command {}

    /**
     * The applier: a snapshot replaced the store, which is at this revision now. Watches stay and read what they missed
     * from history (spec W-31).
     */
    public record Restored(long revision) implements Command {}

    /** A client opened a Watch RPC: make its stream. The hub is the stream's parent. */
    public record Open(WatchOutlet outlet, CompletableFuture<ActorRef<WatchStream.Command>> opened)
            implements Command {}

    /** A stream: tell me live events of this range under this number, and what was published before. */
    record Join(ActorRef<WatchStream.Command> stream, long number, KeyRange range) implements Command {}

    /** A stream: no more events for this number. */
    record Leave(ActorRef<WatchStream.Command> stream, long number) implements Command {}

    /** A stream: one live message of so many bytes is handled. */
    record Handled(ActorRef<WatchStream.Command> stream, long bytes) implements Command {}

    /** A stream: tell me up to which revision I was told everything. */
    record AskPublished(ActorRef<WatchStream.Command> stream, boolean manual) implements Command {}

    /** A stream: so many watches do I have, so many of them unsynced. */
    record Census(ActorRef<WatchStream.Command> stream, int watches, int slowWatches) implements Command {}

    private static final long UNKNOWN = -1;
    private static final double GOLDEN_RATIO = 0.618033988749895;

    private final WatchSource source;
    private final WatchSettings settings;
    private final MemberMetrics metrics;
    private final Audience audience = new Audience();
    private final Map<ActorRef<WatchStream.Command>, Listener> listeners = new LinkedHashMap<>();
    /** [volatile] Everything up to here was routed; monotonic. {@link #UNKNOWN} until it matters. */
    private long publishedRevision = UNKNOWN;
    /**
     * [volatile] Where the applier said last that the store is; monotonic. Behind {@link #publishedRevision} while it is
     * being told what was applied before the first watch looked at the store.
     */
    private long toldRevision = UNKNOWN;

    private long streamsOpened;
    private int watches;
    private int slowWatches;

    /** The behaviour, supervised. The member's state is first read when a client opens a stream. */
    public static Behavior<Command> create(MemberApi member, MemberConfig config, World world, MemberMetrics metrics) {
        return create(WatchSource.of(member), WatchSettings.of(config), metrics);
    }

    static Behavior<Command> create(WatchSource source, WatchSettings settings, MemberMetrics metrics) {
        return Behaviors.supervise(
                        Behaviors.<Command>setup(context -> new WatchHub(context, source, settings, metrics)))
                .onFailure(Exception.class, SupervisorStrategy.restart());
    }

    private WatchHub(ActorContext<Command> context, WatchSource source, WatchSettings settings, MemberMetrics metrics) {
        super(context);
        this.source = source;
        this.settings = settings;
        this.metrics = metrics;
    }

    @Override
    public Behavior<Command> onMessage(Command message) {
        switch (message) {
            case Published published -> onPublished(published.revisions());
            case Restored restored -> onRestored(restored.revision());
            case Open open -> onOpen(open);
            case Join join -> onJoin(join);
            case Leave leave -> onLeave(leave);
            case Handled handled -> onHandled(handled);
            case AskPublished ask -> ask.stream().tell(new WatchStream.PublishedUpTo(publishedRevision, ask.manual()));
            case Census census -> onCensus(census);
        }
        return this;
    }

    @Override
    public Behavior<Command> onSignal(Signal signal) {
        switch (signal) {
            case ChildFailed failed -> onStreamEnded(failed.getRef(), true);
            case Terminated ended -> onStreamEnded(ended.getRef(), false);
            case PreRestart restart -> endAll();
            case PostStop stop -> endAll();
            default -> {
                return Behaviors.unhandled();
            }
        }
        return this;
    }

    private void onPublished(List<RevisionEvents> revisions) {
        long before = publishedRevision;
        var reached = new ArrayList<Listener>();
        for (var revision : revisions) {
            toldRevision = revision.revision();
            // Applied before this hub looked at the store: nobody can have joined below.
            if (revision.revision() <= publishedRevision) continue;
            Invariant.check(
                    publishedRevision == UNKNOWN || revision.revision() == publishedRevision + 1,
                    "watch-published-without-gap",
                    publishedRevision,
                    revision.revision());
            publishedRevision = revision.revision();
            if (!audience.isEmpty()) audience.gather(revision, reached);
        }
        for (var listener : reached) {
            if (hasRoom(listener)) deliver(listener);
            else lag(listener, before + 1);
        }
    }

    /** One batch may always be under way, however large. */
    private boolean hasRoom(Listener listener) {
        return listener.unhandledMessages == 0
                || (listener.unhandledMessages < settings.liveMessages()
                        && listener.unhandledBytes + listener.deliveryBytes() <= settings.liveBytes());
    }

    private void deliver(Listener listener) {
        long bytes = listener.deliveryBytes();
        listener.unhandledMessages++;
        listener.unhandledBytes += bytes;
        listener.stream.tell(new WatchStream.Live(listener.takeDeliveries(), bytes));
    }

    private void lag(Listener listener, long from) {
        listener.takeDeliveries();
        audience.leaveAll(listener);
        listener.stream.tell(new WatchStream.Lagging(from));
    }

    private void onRestored(long revision) {
        Invariant.check(revision >= toldRevision, "watch-restored-not-back", toldRevision, revision);
        toldRevision = revision;
        if (revision <= publishedRevision) return; // as above
        for (var listener : listeners.values()) {
            if (listener.listens()) lag(listener, publishedRevision + 1);
        }
        publishedRevision = revision;
    }

    private void onOpen(Open open) {
        long number = ++streamsOpened;
        var self = getContext().getSelf();
        var stream = getContext()
                .spawn(
                        WatchStream.create(source, settings, metrics, progressPeriod(number), open.outlet(), self),
                        "watch-stream-" + number);
        getContext().watch(stream);
        listeners.put(stream, new Listener(stream, open.outlet()));
        reportCensus();
        open.opened().complete(stream);
    }

    /**
     * Spec W-21: the period and up to a tenth more, so that streams do not all tick together. Multiples of the golden
     * ratio lie apart better than random numbers do.
     */
    private Duration progressPeriod(long stream) {
        double part = (stream * GOLDEN_RATIO) % 1;
        return settings.progressInterval()
                .plusNanos((long) (part * settings.progressInterval().toNanos() / 10));
    }

    private void onJoin(Join join) {
        var listener = listeners.get(join.stream());
        if (listener == null) return;
        if (publishedRevision == UNKNOWN)
            publishedRevision = source.store().get().revision();
        audience.join(listener, join.number(), join.range());
        join.stream().tell(new WatchStream.Joined(join.number(), publishedRevision));
    }

    private void onLeave(Leave leave) {
        var listener = listeners.get(leave.stream());
        if (listener != null) audience.leave(listener, leave.number());
    }

    private void onHandled(Handled handled) {
        var listener = listeners.get(handled.stream());
        if (listener == null) return;
        listener.unhandledMessages--;
        listener.unhandledBytes -= handled.bytes();
    }

    private void onCensus(Census census) {
        var listener = listeners.get(census.stream());
        if (listener == null) return;
        watches += census.watches() - listener.watches;
        slowWatches += census.slowWatches() - listener.slowWatches;
        listener.watches = census.watches();
        listener.slowWatches = census.slowWatches();
        reportCensus();
    }

    private void onStreamEnded(ActorRef<?> stream, boolean failed) {
        var listener = listeners.remove(stream);
        if (listener == null) return;
        audience.leaveAll(listener);
        watches -= listener.watches;
        slowWatches -= listener.slowWatches;
        reportCensus();
        if (failed) listener.outlet.fail(Refusal.STOPPED);
    }

    /** Spec W-33: clients retry what breaks with UNAVAILABLE. */
    private void endAll() {
        listeners.values().forEach(listener -> listener.outlet.fail(Refusal.STOPPED));
        listeners.clear();
        metrics.watchers(0, 0, 0);
    }

    private void reportCensus() {
        metrics.watchers(watches, slowWatches, listeners.size());
    }
}
