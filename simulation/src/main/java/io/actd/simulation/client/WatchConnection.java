package io.actd.simulation.client;

import io.actd.protocol.Refusal;
import io.actd.protocol.api.WatchRequest;
import io.actd.protocol.api.WatchResponse;
import io.actd.simulation.cluster.Machine;
import io.actd.simulation.thread.VirtualProcess;
import io.actd.watch.WatchHub;
import io.actd.watch.WatchOutlet;
import io.actd.watch.WatchStream;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.apache.pekko.actor.typed.ActorRef;
import org.jspecify.annotations.Nullable;

/** One Watch RPC to one member: requests get there in order, answers are read in order until it breaks or is ended. */
final class WatchConnection implements WatchOutlet {
    /** Longer than any pause, and than a member takes to end. */
    private static final long LONGEST_STOP_NANOS = 10_000_000_000L;

    private final Machine machine;
    private final VirtualProcess client;
    private final LongSupplier readingNanos;
    private final Consumer<WatchResponse> reader;
    private final Runnable onLost;
    private final Consumer<String> violated;
    private final Runnable broken = this::broken;
    private final Deque<WatchStream.Command> underWay = new ArrayDeque<>();
    private @Nullable VirtualProcess server;
    private @Nullable ActorRef<WatchStream.Command> stream;
    private boolean over;

    /**
     * @param readingNanos how long the next batch takes to read
     * @param reader given each answer
     * @param onLost runs once, unless it was ended here
     * @param violated told of a member that ended it and goes on
     */
    WatchConnection(
            Machine machine,
            VirtualProcess client,
            LongSupplier readingNanos,
            Consumer<WatchResponse> reader,
            Runnable onLost,
            Consumer<String> violated) {
        this.machine = machine;
        this.client = client;
        this.readingNanos = readingNanos;
        this.reader = reader;
        this.onLost = onLost;
        this.violated = violated;
    }

    void open() {
        var api = machine.api();
        var serving = machine.process();
        if (api == null || serving == null) {
            lost();
            return;
        }
        server = serving;
        machine.onEnd(broken);
        var opened = new CompletableFuture<ActorRef<WatchStream.Command>>();
        opened.thenAccept(ref -> {
            stream = ref;
            while (!underWay.isEmpty()) ref.tell(underWay.remove());
        });
        serving.soon("api", () -> api.watchHub().tell(new WatchHub.Open(this, opened)));
    }

    boolean isOver() {
        return over;
    }

    void send(WatchRequest request) {
        tell(new WatchStream.Request(request, () -> {}));
    }

    /** Threads of the member may run in any order; what comes over one connection keeps its own. */
    private void tell(WatchStream.Command command) {
        var serving = server;
        if (serving == null) return;
        underWay.add(command);
        serving.soon("api", () -> {
            var to = stream;
            if (to != null && !underWay.isEmpty()) to.tell(underWay.remove());
        });
    }

    @Override
    public void send(List<WatchResponse> responses) {
        client.after(readingNanos.getAsLong(), "watched", () -> read(responses));
    }

    private void read(List<WatchResponse> responses) {
        if (over) return;
        responses.forEach(reader);
        tell(WatchStream.Delivered.INSTANCE);
    }

    /** Only a member that is about to end, or can not read its disk, ends what nobody asked it to end. */
    @Override
    public void fail(Refusal refusal) {
        broken();
        var serving = server;
        if (serving == null || machine.diskHasFailed(refusal.text())) return;
        client.after(LONGEST_STOP_NANOS, "stopped?", () -> {
            if (serving.isAlive() && !serving.isPaused())
                violated.accept("WATCH_STAYS_OPEN " + machine.name() + " goes on after it ended a stream: " + refusal);
        });
    }

    private void broken() {
        client.soon("broken", this::lost);
    }

    private void lost() {
        if (over) return;
        end();
        onLost.run();
    }

    void end() {
        over = true;
        machine.notOnEnd(broken);
        tell(WatchStream.Closed.INSTANCE);
    }
}
