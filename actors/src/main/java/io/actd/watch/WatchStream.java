package io.actd.watch;

import io.actd.member.MemberMetrics;
import io.actd.protocol.api.WatchCancelRequest;
import io.actd.protocol.api.WatchCreateRequest;
import io.actd.protocol.api.WatchRequest;
import io.actd.protocol.mvcc.Event;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.AbstractMatchingBehavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.jspecify.annotations.Nullable;

/**
 * One client Watch RPC: its watches, their live feed, their catch-up from history, their progress. Each watch gets the
 * events it asked for in order, each exactly once, without gap, until it is cancelled or compaction overtakes it.
 *
 * <p>Who sends: the API layer {@link Request}, {@link Delivered}, {@link Closed}; the hub, its parent, live events.
 *
 * <p>What is bounded: answers waiting for the outlet. When they are full no request is handled (their sender bounds
 * them), no history is read, and a watch with a live event to send falls behind: it leaves the live path and reads
 * history later (spec W-32). Live events held for watches that still read history are bounded; beyond, the same happens.
 * One page of history at a time, shared by the watches that are about equally far behind.
 *
 * <p>On failure: the stream stops and the hub ends its RPC.
 */
public final class WatchStream extends AbstractMatchingBehavior<WatchStream.Command> {
    /** What a stream is told. */
    public sealed interface Command {}

    /** The client sent a request. The sender keeps at most a bounded number unacknowledged. */
    public record Request(WatchRequest request, Runnable accepted) implements Command {}

    /** The outlet took the last batch: the next may be sent. */
    public enum Delivered implements Command {
        INSTANCE
    }

    /** The RPC is over: the client cancelled or its connection is gone. */
    public enum Closed implements Command {
        INSTANCE
    }

    /** The hub: you hear this number from now on; up to this revision you did not. */
    record Joined(long number, long publishedRevision) implements Command {}

    /** The hub: live events, to be acknowledged with {@link WatchHub.Handled}. */
    record Live(List<Delivery> deliveries, long bytes) implements Command {}

    /** The events of one revision for one registration. */
    record Delivery(long number, long revision, List<Event> events, long bytes) {}

    /** The hub: all that joined hear nothing any more, beginning with this revision. */
    record Lagging(long fromRevision) implements Command {}

    /** The hub: of what was joined, everything up to this revision was told. */
    record PublishedUpTo(long revision, boolean manual) implements Command {}

    private record Scanned(
            HistoryScan.@Nullable Result result, @Nullable Throwable failure) implements Command {}

    /** The timer (spec W-21). */
    enum ProgressTick implements Command {
        INSTANCE
    }

    private final WatchSource source;
    private final WatchSettings settings;
    private final MemberMetrics metrics;
    private final ActorRef<WatchHub.Command> hub;
    private final ActorRef<Command> self;
    private final Outgoing outgoing;

    private final Map<Long, Watch> watches = new LinkedHashMap<>();
    /** Those the hub knows, by registration. */
    private final Map<Long, Watch> joined = new HashMap<>();
    /** Those that have history to read. */
    private final Backlog behind;

    private final HeldDeliveries held;
    private final ProgressNotes progress;

    private final Deque<Request> requests = new ArrayDeque<>();
    /** The request whose answer needs the hub first; later ones wait, so that answers keep their order (spec W-2). */
    private @Nullable Request current;

    /** [volatile] Monotonic: an id the server assigned is not handed out again (spec W-4). */
    private long nextId;

    private long nextRegistration;
    private int reportedWatches;
    private int reportedSlow;

    static Behavior<Command> create(
            WatchSource source,
            WatchSettings settings,
            MemberMetrics metrics,
            Duration progressEvery,
            WatchOutlet outlet,
            ActorRef<WatchHub.Command> hub) {
        return Behaviors.setup(context -> Behaviors.withTimers(timers -> {
            // Fixed delay: after a pause of the process one note is enough.
            timers.startTimerWithFixedDelay(ProgressTick.INSTANCE, progressEvery);
            return new WatchStream(context, source, settings, metrics, outlet, hub);
        }));
    }

    private WatchStream(
            ActorContext<Command> context,
            WatchSource source,
            WatchSettings settings,
            MemberMetrics metrics,
            WatchOutlet outlet,
            ActorRef<WatchHub.Command> hub) {
        super(context);
        this.source = source;
        this.settings = settings;
        this.metrics = metrics;
        this.hub = hub;
        this.self = context.getSelf();
        this.outgoing = new Outgoing(outlet, settings);
        this.behind = new Backlog(settings);
        this.held = new HeldDeliveries(settings);
        this.progress = new ProgressNotes(
                watches.values(), source, outgoing, manual -> hub.tell(new WatchHub.AskPublished(self, manual)));
    }

    @Override
    public Behavior<Command> onMessage(Command message) {
        switch (message) {
            case Request request -> requests.add(request);
            case Delivered delivered -> outgoing.delivered();
            case Closed closed -> {
                return Behaviors.stopped();
            }
            case Joined reply -> onJoined(reply);
            case Live live -> onLive(live);
            case Lagging lagging -> onLagging(lagging.fromRevision());
            case PublishedUpTo published -> onPublishedUpTo(published);
            case Scanned scanned -> onScanned(scanned);
            case ProgressTick tick -> progress.tick();
        }
        moveOn();
        return this;
    }

    /** Whatever arrived may have made room or work: do all that can be done now. */
    private void moveOn() {
        outgoing.flush();
        while (current == null && !requests.isEmpty() && outgoing.hasRoom()) onRequest(requests.remove());
        readHistory();
        outgoing.flush();
        reportCensus();
    }

    // ---- requests of the client

    private void onRequest(Request request) {
        current = request;
        switch (request.request().getRequestUnionCase()) {
            case CREATE_REQUEST -> onCreate(request.request().getCreateRequest());
            case CANCEL_REQUEST -> onCancel(request.request().getCancelRequest());
            case PROGRESS_REQUEST -> {
                if (!progress.ask()) requestDone();
            }
            case REQUESTUNION_NOT_SET -> requestDone(); // spec W-10
        }
    }

    private void requestDone() {
        var done = current;
        current = null;
        if (done != null) done.accepted().run();
    }

    private void onCreate(WatchCreateRequest create) {
        var refusal = WatchSpec.refusal(create, watches::containsKey);
        if (refusal != null) {
            outgoing.add(Answers.refused(source.headers().at(storeRevision()), refusal));
            requestDone();
            return;
        }
        long id = create.getWatchId() == 0 ? unusedId() : create.getWatchId();
        var watch = new Watch(WatchSpec.of(create, id));
        watches.put(id, watch);
        join(watch);
    }

    /** Spec W-4. */
    private long unusedId() {
        while (watches.containsKey(nextId)) nextId++;
        return nextId++;
    }

    private void onCancel(WatchCancelRequest cancel) {
        var watch = watches.get(cancel.getWatchId());
        // Unknown ids get no answer (spec W-27), so neither does the cancel that follows a compacted cancel (W-26).
        if (watch != null) {
            end(watch);
            outgoing.add(Answers.canceled(source.headers().at(storeRevision()), watch.spec.id()));
        }
        requestDone();
    }

    // ---- the live path

    private void join(Watch watch) {
        watch.state = Watch.State.JOINING;
        watch.registration = ++nextRegistration;
        joined.put(watch.registration, watch);
        hub.tell(new WatchHub.Join(self, watch.registration, watch.spec.range()));
    }

    private void leave(Watch watch) {
        if (joined.remove(watch.registration, watch)) hub.tell(new WatchHub.Leave(self, watch.registration));
    }

    private void onJoined(Joined reply) {
        var watch = joined.get(reply.number());
        if (watch == null) return; // ended meanwhile
        long published = reply.publishedRevision();
        if (!watch.announced) {
            watch.announced = true;
            if (watch.spec.startRevision() == 0) watch.next = published + 1; // spec W-5
            outgoing.add(Answers.created(source.headers().at(published), watch.spec.id())); // spec W-6
            requestDone();
        }
        if (watch.next > published) {
            watch.state = Watch.State.LIVE;
        } else if (published - watch.next < settings.pageRevisions()) {
            watch.state = Watch.State.HOLDING;
            watch.joinedAt = published;
            behind.add(watch);
        } else {
            fallBehind(watch, watch.next);
        }
    }

    private void onLive(Live live) {
        for (var delivery : live.deliveries()) {
            var watch = joined.get(delivery.number());
            if (watch == null) continue; // it reads history, where it will find this
            if (watch.state != Watch.State.HOLDING) deliver(watch, delivery);
            else if (!held.hold(watch, delivery)) fallBehind(watch, watch.next);
        }
        hub.tell(new WatchHub.Handled(self, live.bytes()));
    }

    private void deliver(Watch watch, Delivery delivery) {
        if (delivery.revision() < watch.next) return;
        if (!outgoing.hasRoom()) {
            fallBehind(watch, delivery.revision());
            return;
        }
        watch.next = delivery.revision() + 1;
        var events = source.read(store -> watch.spec.select(delivery.events(), store));
        send(watch, delivery.revision(), events);
    }

    private void send(Watch watch, long headerRevision, List<Event> events) {
        if (events.isEmpty()) return; // spec W-13
        watch.quiet = false;
        var header = source.headers().at(headerRevision);
        outgoing.addEvents(Answers.events(header, watch.spec.id(), events), watch.spec.fragment());
        metrics.watchEventsSent(events.size());
    }

    /** Takes a watch off the live path; it has everything below {@code from}. */
    private void fallBehind(Watch watch, long from) {
        leave(watch);
        lag(watch, from);
    }

    private void lag(Watch watch, long from) {
        held.take(watch);
        watch.state = Watch.State.LAGGING;
        watch.next = Math.max(watch.next, from);
        behind.add(watch);
    }

    private void onLagging(long from) {
        // A watch still JOINING asked after the hub said this.
        var hit = new ArrayList<Watch>();
        for (var watch : joined.values()) {
            if (watch.state != Watch.State.JOINING) hit.add(watch);
        }
        for (var watch : hit) {
            joined.remove(watch.registration);
            lag(watch, watch.state == Watch.State.LIVE ? from : watch.next);
        }
    }

    // ---- catching up from history

    private void readHistory() {
        var page = behind.beginPage(outgoing.room());
        if (page == null) return;
        var read = CompletableFuture.supplyAsync(() -> source.read(page::run), source.blocking());
        getContext().pipeToSelf(read, Scanned::new);
    }

    private void onScanned(Scanned scanned) {
        var readers = behind.endPage();
        var page = scanned.result();
        if (page == null) throw new IllegalStateException("history could not be read", scanned.failure());
        for (int i = 0; i < readers.size(); i++) {
            var watch = readers.get(i);
            if (!behind.contains(watch)) continue; // cancelled meanwhile
            if (!page.compacted()) onHistory(watch, page, page.selected().get(i));
            else if (watch.next < page.compactedRevision()) onCompacted(watch, page.compactedRevision());
        }
    }

    private void onHistory(Watch watch, HistoryScan.Result result, List<Event> selected) {
        if (!selected.isEmpty() && !outgoing.hasRoom()) return; // read again later
        send(watch, result.storeRevision(), selected);
        watch.next = Math.max(watch.next, result.nextRevision());
        behind.remove(watch);
        if (watch.state == Watch.State.HOLDING && watch.next > watch.joinedAt) {
            goLive(watch);
        } else if (watch.state == Watch.State.LAGGING && watch.next > result.storeRevision()) {
            join(watch);
        } else {
            behind.add(watch); // at the end: the others come first
        }
    }

    private void goLive(Watch watch) {
        watch.state = Watch.State.LIVE;
        for (var delivery : held.take(watch)) {
            if (watch.state == Watch.State.LIVE) deliver(watch, delivery);
        }
    }

    /** Spec W-25; the id is free at once (spec W-26, the better way). */
    private void onCompacted(Watch watch, long compactedRevision) {
        end(watch);
        outgoing.add(Answers.compacted(source.headers().at(0), watch.spec.id(), compactedRevision));
    }

    private void end(Watch watch) {
        leave(watch);
        held.take(watch);
        behind.remove(watch);
        watches.remove(watch.spec.id());
        watch.state = Watch.State.ENDED;
    }

    // ---- progress

    private void onPublishedUpTo(PublishedUpTo published) {
        if (!published.manual()) {
            progress.sendDue(published.revision());
            return;
        }
        progress.answer(published.revision());
        requestDone();
    }

    // ---- small things

    private long storeRevision() {
        return source.store().get().revision();
    }

    private void reportCensus() {
        if (watches.size() == reportedWatches && behind.size() == reportedSlow) return;
        reportedWatches = watches.size();
        reportedSlow = behind.size();
        hub.tell(new WatchHub.Census(self, reportedWatches, reportedSlow));
    }
}
