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
    private final Machine machine;
    private final VirtualProcess client;
    private final LongSupplier readingNanos;
    private final Consumer<WatchResponse> reader;
    private final Runnable onLost;
    private final Runnable broken = this::broken;
    private final Deque<WatchStream.Command> underWay = new ArrayDeque<>();
    private @Nullable VirtualProcess server;
    private @Nullable ActorRef<WatchStream.Command> stream;
    private boolean over;

    /**
     * @param readingNanos how long the next batch takes to read
     * @param reader given each answer
     * @param onLost runs once, unless it was ended here
     */
    WatchConnection(
            Machine machine,
            VirtualProcess client,
            LongSupplier readingNanos,
            Consumer<WatchResponse> reader,
            Runnable onLost) {
        this.machine = machine;
        this.client = client;
        this.readingNanos = readingNanos;
        this.reader = reader;
        this.onLost = onLost;
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

    @Override
    public void fail(Refusal refusal) {
        broken();
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
