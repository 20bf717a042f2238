package io.actd.e2e.load;

import com.google.protobuf.Message;
import io.actd.protocol.api.PutRequest;
import io.actd.protocol.api.RangeRequest;
import io.etcd.jetcd.Client;
import io.etcd.jetcd.options.GetOption;
import io.etcd.jetcd.options.PutOption;
import io.grpc.Status;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;

/**
 * Calls through jetcd, recorded as those of one client.
 *
 * <p>jetcd does not repeat a put by itself. What it makes of a broken connection is not told apart: such a put may have
 * been executed or not.
 */
final class JetcdCalls {
    private static final String SERVER = "jetcd";
    private static final Duration TIMEOUT = Duration.ofSeconds(2);

    private final Client jetcd;
    private final Recording recording;
    private final int number;

    JetcdCalls(Client jetcd, Recording recording) {
        this.jetcd = jetcd;
        this.recording = recording;
        this.number = recording.nextClient();
    }

    int number() {
        return number;
    }

    /** Puts a pair, and nothing else of the request; false if the outcome is unknown. */
    boolean put(PutRequest put) {
        PutOption lease = PutOption.builder().withLeaseId(put.getLease()).build();
        long begin = System.nanoTime();
        return record(
                put,
                begin,
                jetcd.getKVClient()
                        .put(JetcdAnswers.sequence(put.getKey()), JetcdAnswers.sequence(put.getValue()), lease),
                JetcdAnswers::of);
    }

    /** Reads a key or a range, linearizable; false if there was no answer. */
    boolean read(RangeRequest read) {
        GetOption.Builder option = GetOption.builder();
        if (!read.getRangeEnd().isEmpty()) {
            option.withRange(JetcdAnswers.sequence(read.getRangeEnd()));
        }
        long begin = System.nanoTime();
        return record(
                read,
                begin,
                jetcd.getKVClient().get(JetcdAnswers.sequence(read.getKey()), option.build()),
                JetcdAnswers::of);
    }

    private <A> boolean record(
            Message request, long begin, CompletableFuture<A> answer, Function<A, Message> translated) {
        try {
            recording.answered(number, SERVER, request, begin, translated.apply(soon(answer)));
            return true;
        } catch (ExecutionException | TimeoutException e) {
            recording.failed(number, SERVER, request, begin, Status.UNKNOWN.withCause(e));
            return false;
        }
    }

    /** The answer, within two seconds. */
    static <A> A soon(CompletableFuture<A> answer) throws ExecutionException, TimeoutException {
        try {
            return answer.get(TIMEOUT.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
