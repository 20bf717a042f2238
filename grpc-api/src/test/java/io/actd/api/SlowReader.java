package io.actd.api;

import io.actd.protocol.api.WatchRequest;
import io.actd.protocol.api.WatchResponse;
import io.grpc.stub.ClientCallStreamObserver;
import io.grpc.stub.ClientResponseObserver;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;

/** A client that reads the first answer of its watch and then nothing until it is told to. */
final class SlowReader implements ClientResponseObserver<WatchRequest, WatchResponse> {
    private final CompletableFuture<ClientCallStreamObserver<WatchRequest>> call = new CompletableFuture<>();
    private final AtomicLong lastRevision = new AtomicLong();

    @Override
    public void beforeStart(ClientCallStreamObserver<WatchRequest> requests) {
        requests.disableAutoRequestWithInitial(1);
        call.complete(requests);
    }

    @Override
    public void onNext(WatchResponse answer) {
        for (var event : answer.getEventsList()) lastRevision.set(event.getKv().getModRevision());
    }

    @Override
    public void onError(Throwable failure) {
        // The tests cancel it.
    }

    @Override
    public void onCompleted() {
        // Seen by nobody.
    }

    boolean sees(long revision) {
        return lastRevision.get() >= revision;
    }

    void readOn() {
        call.join().request(Integer.MAX_VALUE);
    }

    void cancel() {
        call.join().cancel("enough", null);
    }
}
