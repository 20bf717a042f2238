package io.actd.api;

import static org.junit.jupiter.api.Assertions.assertNotNull;

import io.grpc.Status;
import io.grpc.stub.ClientCallStreamObserver;
import io.grpc.stub.ClientResponseObserver;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** What a stream of answers brought so far, and how it ended. */
public final class Answered<Q, R> implements ClientResponseObserver<Q, R> {
    private final LinkedBlockingQueue<R> answers = new LinkedBlockingQueue<>();
    private final CompletableFuture<Status> ended = new CompletableFuture<>();
    private final CompletableFuture<ClientCallStreamObserver<Q>> call = new CompletableFuture<>();

    @Override
    public void beforeStart(ClientCallStreamObserver<Q> requests) {
        call.complete(requests);
    }

    @Override
    public void onNext(R answer) {
        answers.add(answer);
    }

    @Override
    public void onError(Throwable failure) {
        ended.complete(Status.fromThrowable(failure));
    }

    @Override
    public void onCompleted() {
        ended.complete(Status.OK);
    }

    public R next() throws InterruptedException {
        var answer = answers.poll(20, TimeUnit.SECONDS);
        assertNotNull(answer, () -> "no answer; ended: " + ended.getNow(null));
        return answer;
    }

    public boolean isQuiet() {
        return answers.isEmpty() && !ended.isDone();
    }

    /** The status as {@code CODE text}. */
    public String status() throws Exception {
        var status = ended.get(20, TimeUnit.SECONDS);
        return status.getCode() + " " + status.getDescription();
    }

    /** Resets the stream. */
    public void cancel() {
        call.join().cancel("enough", null);
    }
}
