package io.actd.api.stream;

import io.actd.api.rpc.RpcFailure;
import io.actd.protocol.Refusal;
import io.actd.protocol.api.WatchRequest;
import io.actd.protocol.api.WatchResponse;
import io.actd.watch.WatchHub;
import io.actd.watch.WatchOutlet;
import io.actd.watch.WatchStream;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.stream.Attributes;
import org.apache.pekko.stream.FlowShape;
import org.apache.pekko.stream.Inlet;
import org.apache.pekko.stream.Outlet;
import org.apache.pekko.stream.stage.AbstractInOutHandler;
import org.apache.pekko.stream.stage.AsyncCallback;
import org.apache.pekko.stream.stage.GraphStage;
import org.apache.pekko.stream.stage.GraphStageLogic;
import org.jspecify.annotations.Nullable;

/**
 * Joins one Watch RPC to its stream actor: requests go in, a bounded number unacknowledged; answers come out, one
 * batch at a time, so the actor learns how fast the client reads (spec W-32).
 *
 * <p>The client's half-close ends nothing (spec W-34). However the RPC ends, the actor is told {@link
 * WatchStream.Closed} once, even if it was made only afterwards.
 */
final class WatchBridge extends GraphStage<FlowShape<WatchRequest, WatchResponse>> {
    private static final int MAX_UNACKNOWLEDGED = 16;

    private final Inlet<WatchRequest> in = Inlet.create("WatchBridge.in");
    private final Outlet<WatchResponse> out = Outlet.create("WatchBridge.out");
    private final FlowShape<WatchRequest, WatchResponse> shape = FlowShape.of(in, out);
    private final ActorRef<WatchHub.Command> hub;

    WatchBridge(ActorRef<WatchHub.Command> hub) {
        this.hub = hub;
    }

    @Override
    public FlowShape<WatchRequest, WatchResponse> shape() {
        return shape;
    }

    @Override
    public GraphStageLogic createLogic(Attributes attributes) {
        return new Logic();
    }

    private final class Logic extends GraphStageLogic implements WatchOutlet {
        private final CompletableFuture<ActorRef<WatchStream.Command>> opened = new CompletableFuture<>();
        private final AsyncCallback<ActorRef<WatchStream.Command>> onOpened = createAsyncCallback(this::opened);
        private final AsyncCallback<Throwable> onFailed = createAsyncCallback(this::failStage);
        private final AsyncCallback<List<WatchResponse>> onBatch = createAsyncCallback(this::startBatch);
        private final AsyncCallback<Logic> onAccepted = createAsyncCallback(Logic::accepted);

        private @Nullable ActorRef<WatchStream.Command> stream;
        private int unacknowledged;
        private List<WatchResponse> batch = List.of();
        private int sent; // of the batch

        Logic() {
            super(shape);
            var handler = new AbstractInOutHandler() {
                @Override
                public void onPush() {
                    deliver(grab(in));
                }

                @Override
                public void onPull() {
                    sendNext();
                }

                @Override
                public void onUpstreamFinish() {
                    // spec W-34
                }
            };
            setHandler(in, handler);
            setHandler(out, handler);
        }

        @Override
        public void preStart() {
            opened.whenComplete((ref, failure) -> {
                if (failure == null) onOpened.invoke(ref);
                else onFailed.invoke(failure);
            });
            hub.tell(new WatchHub.Open(this, opened));
        }

        @Override
        public void postStop() {
            opened.thenAccept(ref -> ref.tell(WatchStream.Closed.INSTANCE));
        }

        // From the stream actor's thread.

        @Override
        public void send(List<WatchResponse> responses) {
            onBatch.invoke(responses);
        }

        @Override
        public void fail(Refusal refusal) {
            onFailed.invoke(new RpcFailure(refusal));
        }

        private void acknowledge() {
            onAccepted.invoke(this);
        }

        // From the stage's thread.

        private void opened(ActorRef<WatchStream.Command> ref) {
            stream = ref;
            requestMore();
        }

        private void deliver(WatchRequest request) {
            if (stream == null) return; // nothing is pulled before there is one
            unacknowledged++;
            stream.tell(new WatchStream.Request(request, this::acknowledge));
            requestMore();
        }

        private void accepted() {
            unacknowledged--;
            requestMore();
        }

        private void requestMore() {
            if (unacknowledged < MAX_UNACKNOWLEDGED && !isClosed(in) && !hasBeenPulled(in)) pull(in);
        }

        private void startBatch(List<WatchResponse> responses) {
            batch = responses;
            sent = 0;
            if (batch.isEmpty()) finishBatch();
            else if (isAvailable(out)) sendNext();
        }

        private void sendNext() {
            if (sent >= batch.size()) return;
            push(out, batch.get(sent++));
            if (sent == batch.size()) finishBatch();
        }

        private void finishBatch() {
            batch = List.of();
            sent = 0;
            if (stream != null) stream.tell(WatchStream.Delivered.INSTANCE);
        }
    }
}
