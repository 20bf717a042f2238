package io.actd.e2e.load;

import io.actd.check.History;
import io.actd.check.KeyRange;
import io.actd.e2e.Await;
import io.actd.protocol.api.WatchCreateRequest;
import io.actd.protocol.mvcc.Event;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;

/** The watches of a story. The first, of everything, is the log: nobody compacts what it has not seen. */
final class Watches {
    private final long behind;
    private final Consumer<Event> onEvent;
    private final List<ResumingWatch> watches = new CopyOnWriteArrayList<>();
    private final List<Thread> threads = new ArrayList<>();
    private volatile boolean logEnds;
    private volatile boolean othersEnd;

    /** Of what comes behind this revision; the consumer hears each event from each watch. */
    Watches(long behind, Consumer<Event> onEvent) {
        this.behind = behind;
        this.onEvent = onEvent;
    }

    static WatchCreateRequest.Builder everything() {
        return WatchCreateRequest.newBuilder().setKey(KeyRange.ZERO).setRangeEnd(KeyRange.ZERO);
    }

    /** Begins one that goes from server to server when it breaks. */
    void add(List<Server> at, WatchCreateRequest.Builder wanted) {
        boolean isLog = watches.isEmpty();
        ResumingWatch watch =
                new ResumingWatch(at, wanted.setStartRevision(behind + 1).build(), onEvent);
        watches.add(watch);
        threads.add(Thread.ofVirtual().start(() -> watch.run(() -> isLog ? logEnds : othersEnd)));
    }

    private ResumingWatch log() {
        return watches.get(0);
    }

    /** All events of the log so far. */
    List<Event> events() {
        return log().events();
    }

    /** The log has everything up to this revision. */
    long seen() {
        return log().lastRevision();
    }

    /** Waits until each has seen everything up to this revision. */
    void awaitAll(long revision, Duration patience) {
        awaitLog(revision, patience);
        List<Event> log = events();
        watches.forEach(watch -> watch.awaitAllOf(log, patience));
    }

    private void awaitLog(long revision, Duration patience) {
        Await.until("revision " + revision + " in the log", patience, () -> seen() >= revision);
    }

    /** Ends all; leases may still end, but the log must not be behind any other, nor behind this revision. */
    void end(long least, Duration patience) {
        othersEnd = true;
        threads.subList(1, threads.size()).forEach(thread -> Load.join(thread, patience));
        awaitLog(watches.stream().mapToLong(ResumingWatch::lastRevision).reduce(least, Math::max), patience);
        logEnds = true;
        Load.join(threads.get(0), patience);
    }

    /** Ends all at once. */
    void abandon() {
        othersEnd = true;
        logEnds = true;
    }

    List<History.Watch> parts() {
        return watches.stream().flatMap(watch -> watch.parts().stream()).toList();
    }
}
