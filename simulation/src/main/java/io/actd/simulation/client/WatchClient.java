package io.actd.simulation.client;

import io.actd.protocol.api.WatchProgressRequest;
import io.actd.protocol.api.WatchRequest;
import io.actd.protocol.api.WatchResponse;
import io.actd.protocol.mvcc.Event;
import io.actd.simulation.cluster.Machine;
import io.actd.simulation.thread.RunQueue;
import io.actd.simulation.thread.VirtualProcess;
import java.util.List;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Keeps some watches on one stream, and opens another at some member whenever that breaks. Now and then it asks how far
 * the stream is, and cancels a watch to make it again, under an id of its own or of the member's choice.
 */
public final class WatchClient {
    private static final long RECONNECT_NANOS = 200_000_000;
    private static final long ASK_NANOS = 4_000_000_000L;
    private static final long CANCEL_NANOS = 6_000_000_000L;
    private static final long AGAIN_NANOS = 500_000_000;
    private static final long USUAL_READING_NANOS = 200_000;
    /** Few, so that the member has given one to somebody else now and then. */
    private static final int OWN_IDS = 6;

    private static final WatchRequest HOW_FAR = WatchRequest.newBuilder()
            .setProgressRequest(WatchProgressRequest.getDefaultInstance())
            .build();

    private final String name;
    private final List<Watching> watchings;
    private final List<Machine> machines;
    private final RunQueue queue;
    private final SplittableRandom random;
    private final VirtualProcess process;
    private final long slownessNanos;
    private final Consumer<String> violated;
    private OpenWatches watches = new OpenWatches();
    private @Nullable WatchConnection connection;
    private boolean cancels = true;
    private boolean stopped;

    /**
     * @param slownessNanos how long it may take to read one batch, 0 for hardly any time
     * @param violated told what no answer may say
     */
    public WatchClient(
            String name,
            List<Watching> watchings,
            long slownessNanos,
            List<Machine> machines,
            RunQueue queue,
            SplittableRandom random,
            Consumer<String> violated) {
        this.name = name;
        this.watchings = List.copyOf(watchings);
        this.slownessNanos = slownessNanos;
        this.machines = machines;
        this.queue = queue;
        this.random = random;
        this.violated = violated;
        this.process = new VirtualProcess(name, queue, 1);
    }

    /** Connects, and again whenever that breaks. */
    public void start() {
        if (stopped) return;
        process.after(random.nextLong(RECONNECT_NANOS), "reconnect", () -> {
            if (!stopped) connect(machines.get(random.nextInt(machines.size())));
        });
    }

    /** Cancels no watch from now on: one that was forgotten would be made anew. */
    void cancelNoMore() {
        cancels = false;
    }

    /** Ends the watches and hands their records over. */
    public void stop() {
        stopped = true;
        var open = connection;
        if (open != null) open.end();
        watchings.forEach(Watching::end);
    }

    /** Those of its watches that do not have all they want of this log. */
    List<Watching> lacking(List<Event> log) {
        return watchings.stream().filter(watching -> watching.lacks(log)).toList();
    }

    private void connect(Machine machine) {
        var made = new WatchConnection(machine, process, this::readingNanos, this::took, this::start, violated);
        connection = made;
        watches = new OpenWatches();
        made.open();
        for (var watching : watchings) create(made, watching);
        nowAndThen(made, ASK_NANOS, "how far?", () -> made.send(HOW_FAR));
        nowAndThen(made, CANCEL_NANOS, "cancel", () -> cancel(made));
    }

    private long readingNanos() {
        return slownessNanos == 0 ? USUAL_READING_NANOS : random.nextLong(slownessNanos);
    }

    /** As long as this connection lasts. */
    private void nowAndThen(WatchConnection on, long nanos, String label, Runnable action) {
        process.after(random.nextLong(nanos), label, () -> {
            if (on.isOver()) return;
            action.run();
            nowAndThen(on, nanos, label, action);
        });
    }

    private void create(WatchConnection on, Watching watching) {
        if (on.isOver()) return;
        long id = random.nextBoolean() ? OpenWatches.ANY_ID : 1 + random.nextInt(OWN_IDS);
        on.send(watches.create(watching, id));
    }

    private void cancel(WatchConnection on) {
        var ids = watches.ids();
        if (ids.isEmpty() || !cancels) return;
        on.send(watches.cancel(ids.get(random.nextInt(ids.size()))));
    }

    private void took(WatchResponse answer) {
        Recorder.trace(queue, name, answer);
        var wrong = watches.took(answer);
        if (!wrong.isEmpty()) violated.accept(wrong);
        var on = Objects.requireNonNull(connection);
        for (var closed : watches.takeClosed())
            process.after(random.nextLong(AGAIN_NANOS), "again", () -> create(on, closed));
    }
}
