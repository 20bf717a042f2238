package io.actd.e2e.load;

import com.google.protobuf.ByteString;
import io.actd.check.History;
import io.actd.e2e.Await;
import io.actd.protocol.mvcc.Event;
import io.etcd.jetcd.ByteSequence;
import io.etcd.jetcd.Client;
import io.etcd.jetcd.Watch;
import io.etcd.jetcd.lease.LeaseKeepAliveResponse;
import io.etcd.jetcd.options.LeaseOption;
import io.etcd.jetcd.options.WatchOption;
import io.etcd.jetcd.watch.WatchResponse;
import io.grpc.stub.StreamObserver;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/**
 * A program that uses jetcd as people do: one client of all members that writes, reads, watches everything and holds
 * leases. What it is answered is judged like what the other clients are.
 */
final class JetcdParty {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final Duration PAUSE_AFTER_FAILURE = Duration.ofMillis(30);
    private static final Duration BETWEEN_RENEWALS = Duration.ofMillis(600);
    private static final long LONG_SECONDS = 10;
    private static final ByteSequence ALL = ByteSequence.from(new byte[] {0});

    private final JetcdWire wire = new JetcdWire();
    private final List<Seen> view = new ArrayList<>(); // guarded by itself
    private final AtomicInteger writes = new AtomicInteger();
    private final Client jetcd;
    private final Recording recording;
    private final BooleanSupplier ended;
    private final long begin;
    private final long lease;

    /** What tells an event from all others. */
    private record Seen(long revision, ByteString key) {}

    /** Connects to these members, and begins to watch and to keep a lease. */
    JetcdParty(List<URI> endpoints, Recording recording, BooleanSupplier ended) {
        this.jetcd = Client.builder().endpoints(endpoints).interceptor(wire).build();
        this.recording = recording;
        this.ended = ended;
        this.lease = get(jetcd.getLeaseClient().grant(LONG_SECONDS)).getID();
        jetcd.getLeaseClient().keepAlive(lease, new KeepAlives());
        this.begin = get(jetcd.getKVClient().get(ALL)).getHeader().getRevision() + 1;
        WatchOption everything =
                WatchOption.builder().withRange(ALL).withRevision(begin).build();
        jetcd.getWatchClient().watch(ALL, everything, Watch.listener(this::take));
    }

    /** Begins to write, read and hold leases, until told to end. */
    List<Thread> start(SplittableRandom random, LeaseBook leases) {
        JetcdCalls writer = new JetcdCalls(jetcd, recording);
        RandomRequests written = new RandomRequests(writer.number(), random.split());
        JetcdCalls reader = new JetcdCalls(jetcd, recording);
        RandomRequests read = new RandomRequests(reader.number(), random.split());
        JetcdCalls holder = new JetcdCalls(jetcd, recording);
        JetcdLeases held = new JetcdLeases(jetcd.getLeaseClient(), holder, recording, leases);
        return List.of(
                repeat("jetcd writer", () -> {
                    if (writer.put(
                            written.put().toBuilder().clearLease().clearPrevKv().build())) {
                        writes.incrementAndGet();
                    } else {
                        pause(PAUSE_AFTER_FAILURE);
                    }
                }),
                repeat("jetcd reader", () -> {
                    if (!reader.read(read.choose(8) == 0 ? read.all(false) : read.one(false))) {
                        pause(PAUSE_AFTER_FAILURE);
                    }
                }),
                repeat("jetcd lease holder", () -> held.liveOnce(() -> pause(BETWEEN_RENEWALS))));
    }

    private Thread repeat(String name, Runnable step) {
        return Thread.ofPlatform().daemon().name(name).start(() -> {
            while (!ended.getAsBoolean()) {
                step.run();
            }
        });
    }

    private void pause(Duration time) {
        long until = System.nanoTime() + time.toNanos();
        while (System.nanoTime() < until && !ended.getAsBoolean()) {
            LockSupport.parkNanos(Duration.ofMillis(20).toNanos());
        }
    }

    private void take(WatchResponse response) {
        synchronized (view) {
            response.getEvents().forEach(event -> {
                ByteString key = JetcdAnswers.bytes(event.getKeyValue().getKey());
                view.add(new Seen(event.getKeyValue().getModRevision(), key));
            });
        }
    }

    /** Waits until it has written so much from now on. */
    void awaitWrites(int howMany) {
        int before = writes.get();
        Await.until(howMany + " writes of jetcd", PATIENCE, () -> writes.get() >= before + howMany);
    }

    /** Waits for the events of this revision and asks how long the lease has still to live, which it has to; then ends. */
    void finish(long revision) {
        Await.until("jetcd's event of revision " + revision, PATIENCE, () -> lastRevision() >= revision);
        long remaining = get(jetcd.getLeaseClient().timeToLive(lease, LeaseOption.DEFAULT))
                .getTTL();
        if (remaining <= 0) {
            throw new AssertionError("the lease that jetcd keeps alive was lost: " + remaining);
        }
        jetcd.close();
    }

    /** Revision of the last event jetcd has handed on. */
    long lastRevision() {
        synchronized (view) {
            return view.isEmpty() ? 0 : view.get(view.size() - 1).revision();
        }
    }

    /** Each creation of its watch, for the checker. */
    List<History.Watch> watched() {
        return wire.parts();
    }

    /** A sentence if what jetcd handed on is not what it asked for. */
    List<String> problems(List<Event> log) {
        Set<Long> skipped = wire.skipped();
        long last = lastRevision();
        List<Seen> expected = log.stream()
                .map(event ->
                        new Seen(event.getKv().getModRevision(), event.getKv().getKey()))
                .filter(event -> event.revision() >= begin && event.revision() <= last)
                .filter(event -> !skipped.contains(event.revision()))
                .toList();
        System.out.printf(
                "jetcd: %d writes, %d events in %d parts, %d revisions it never asked for%n",
                writes.get(), expected.size(), wire.parts().size(), skipped.size());
        synchronized (view) {
            for (int i = 0; i < Math.min(view.size(), expected.size()); i++) {
                if (!view.get(i).equals(expected.get(i))) {
                    return List.of("jetcd's event %d is %s, not %s; it skipped %s"
                            .formatted(i, view.get(i), expected.get(i), skipped));
                }
            }
            return view.size() == expected.size()
                    ? List.of()
                    : List.of("jetcd handed on " + view.size() + " events, not " + expected.size());
        }
    }

    private static <T> T get(CompletableFuture<T> answer) {
        try {
            return answer.get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
        } catch (ExecutionException | TimeoutException | InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    /** jetcd tells of each broken connection and then goes on by itself, so only the outcome is judged. */
    private static final class KeepAlives implements StreamObserver<LeaseKeepAliveResponse> {
        @Override
        public void onNext(LeaseKeepAliveResponse renewed) {}

        @Override
        public void onError(Throwable connectionLost) {}

        @Override
        public void onCompleted() {}
    }
}
