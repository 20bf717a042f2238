package io.actd.e2e.measure;

import com.google.common.util.concurrent.FutureCallback;
import com.google.common.util.concurrent.Futures;
import com.google.common.util.concurrent.MoreExecutors;
import com.google.protobuf.ByteString;
import io.actd.e2e.Await;
import io.actd.e2e.client.EtcdClient;
import io.actd.e2e.client.Rpc;
import io.actd.e2e.cluster.Member;
import io.actd.protocol.api.PutRequest;
import io.actd.protocol.api.PutResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;

/**
 * Puts at an even pace, whether or not earlier ones were answered: each period one at each member.
 *
 * <p>A client that waits for its answer would measure its own timeouts when a leader dies; this one sees the first moment
 * at which the cluster does its work again.
 */
final class Probe implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    /** One acknowledged put. */
    private record Sample(long sentNanos, long doneNanos) {}

    private final List<EtcdClient> connections;
    private final long periodNanos;
    private final List<Sample> samples = new ArrayList<>(); // guarded by itself; by time of the answer
    private final Thread thread;
    private volatile boolean ended;

    private Probe(List<EtcdClient> connections, Duration period) {
        this.connections = connections;
        this.periodNanos = period.toNanos();
        this.thread = Thread.ofPlatform().daemon().name("probe").start(this::run);
    }

    static Probe start(List<Member> members, Duration period) {
        return new Probe(members.stream().map(Member::connect).toList(), period);
    }

    private void run() {
        long next = System.nanoTime();
        for (int i = 0; !ended; i++) {
            for (EtcdClient connection : connections) {
                send(connection, i);
            }
            next += periodNanos;
            while (!ended && System.nanoTime() < next) {
                LockSupport.parkNanos(next - System.nanoTime());
            }
        }
    }

    private void send(EtcdClient connection, int number) {
        PutRequest put = PutRequest.newBuilder()
                .setKey(ByteString.copyFromUtf8("probe"))
                .setValue(ByteString.copyFromUtf8(Integer.toString(number)))
                .build();
        long sent = System.nanoTime();
        Futures.addCallback(
                connection.send(Rpc.PUT, put),
                new FutureCallback<PutResponse>() {
                    @Override
                    public void onSuccess(PutResponse response) {
                        synchronized (samples) {
                            samples.add(new Sample(sent, System.nanoTime()));
                        }
                    }

                    @Override
                    public void onFailure(Throwable expectedNowAndThen) {
                        assert expectedNowAndThen != null;
                    }
                },
                MoreExecutors.directExecutor());
    }

    /** Waits for this many acknowledged puts from now on. */
    void awaitMore(int howMany) {
        int enough = count() + howMany;
        Await.until("the probe gets on", PATIENCE, () -> count() >= enough);
    }

    private int count() {
        synchronized (samples) {
            return samples.size();
        }
    }

    /** Time from then to the first acknowledgement of a put sent since. */
    long awaitFirstSentSince(long nanos) {
        return Await.value("an acknowledged put", PATIENCE, () -> {
            synchronized (samples) {
                return samples.stream()
                        .filter(sample -> sample.sentNanos() >= nanos)
                        .map(sample -> sample.doneNanos() - nanos)
                        .findFirst();
            }
        });
    }

    /** The longest time between two acknowledgements within these bounds. */
    long longestGap(long from, long to) {
        long longest = 0;
        long last = from;
        synchronized (samples) {
            for (Sample sample : samples) {
                if (sample.doneNanos() > from && sample.doneNanos() <= to) {
                    longest = Math.max(longest, sample.doneNanos() - last);
                    last = sample.doneNanos();
                }
            }
        }
        return Math.max(longest, to - last);
    }

    /** How long the puts sent within these bounds took. */
    Figures latencies(long from, long to) {
        synchronized (samples) {
            return Figures.ofNanos(samples.stream()
                    .filter(sample -> sample.sentNanos() >= from && sample.sentNanos() <= to)
                    .map(sample -> sample.doneNanos() - sample.sentNanos())
                    .toList());
        }
    }

    @Override
    public void close() {
        ended = true;
        LockSupport.unpark(thread);
        try {
            thread.join();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
        connections.forEach(EtcdClient::close);
    }
}
