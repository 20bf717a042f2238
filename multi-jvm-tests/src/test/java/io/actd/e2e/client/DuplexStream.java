package io.actd.e2e.client;

import io.actd.e2e.Await;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** A streaming call that keeps every answer in order; it reads as fast as it can. */
public final class DuplexStream<Q, R> implements AutoCloseable {
    private static final Duration TIMEOUT = Duration.ofSeconds(10);

    private final ClientCall<Q, R> call;
    private final List<R> answers = new ArrayList<>(); // guarded by itself
    private volatile @Nullable Status end;

    private DuplexStream(ClientCall<Q, R> call) {
        this.call = call;
    }

    /** Starts the call. */
    public static <Q, R> DuplexStream<Q, R> open(Channel channel, MethodDescriptor<Q, R> method) {
        DuplexStream<Q, R> stream = new DuplexStream<>(channel.newCall(method, CallOptions.DEFAULT));
        stream.call.start(stream.new Listener(), new Metadata());
        stream.call.request(1);
        return stream;
    }

    /** Sends one message. */
    public void send(Q request) {
        call.sendMessage(request);
    }

    /** Tells the server that nothing more will be sent. */
    public void halfClose() {
        call.halfClose();
    }

    /** All answers so far. */
    public List<R> answers() {
        synchronized (answers) {
            return List.copyOf(answers);
        }
    }

    /** Answers from this index on, as far as they have come. */
    public List<R> answersFrom(int index) {
        synchronized (answers) {
            return List.copyOf(answers.subList(index, answers.size()));
        }
    }

    /** How many answers came so far. */
    public int count() {
        synchronized (answers) {
            return answers.size();
        }
    }

    /** Waits until answer number {@code index} (from 0) is there. */
    public R await(int index) {
        return Await.value("answer " + index, TIMEOUT, () -> {
            synchronized (answers) {
                if (index < answers.size()) {
                    return Optional.of(answers.get(index));
                }
            }
            failIfEnded();
            return Optional.empty();
        });
    }

    /** Waits for the first answer with this property. */
    public R awaitFirst(String what, Predicate<R> property) {
        return Await.value(what, TIMEOUT, () -> {
            Optional<R> found = answers().stream().filter(property).findFirst();
            if (found.isEmpty()) {
                failIfEnded();
            }
            return found;
        });
    }

    private void failIfEnded() {
        Status status = end;
        if (status != null) {
            throw new AssertionError("stream ended with " + status);
        }
    }

    /** The final status, if the stream has ended. */
    public Optional<Status> end() {
        return Optional.ofNullable(end);
    }

    /** Waits for the end of the stream. */
    public Status awaitEnd() {
        return Await.value("end of stream", TIMEOUT, this::end);
    }

    @Override
    public void close() {
        call.cancel("test is done with it", null);
    }

    private final class Listener extends ClientCall.Listener<R> {
        @Override
        public void onMessage(R message) {
            synchronized (answers) {
                answers.add(message);
            }
            call.request(1);
        }

        @Override
        public void onClose(Status status, Metadata trailers) {
            end = status;
        }
    }
}
