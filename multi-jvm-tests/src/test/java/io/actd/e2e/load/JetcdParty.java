package io.actd.e2e.load;

import io.actd.e2e.Await;
import io.etcd.jetcd.ByteSequence;
import io.etcd.jetcd.Client;
import io.etcd.jetcd.Watch;
import io.etcd.jetcd.lease.LeaseKeepAliveResponse;
import io.etcd.jetcd.options.LeaseOption;
import io.etcd.jetcd.options.WatchOption;
import io.etcd.jetcd.support.CloseableClient;
import io.etcd.jetcd.watch.WatchResponse;
import io.grpc.stub.StreamObserver;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * A program that uses jetcd as people do: one client of all members, a watch of everything and a lease kept alive.
 *
 * <p>jetcd tells of every broken connection and then goes on by itself, so only the outcome is judged.
 */
public final class JetcdParty implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final long TTL_SECONDS = 10;
    private static final ByteSequence ALL = ByteSequence.from(new byte[] {0});

    private final Client client;
    private final List<Long> revisions = new ArrayList<>(); // guarded by itself; of events, in the order they came
    private final Watch.Watcher watcher;
    private final long lease;
    private final long begin;
    private final CloseableClient keepAlive;

    private JetcdParty(Client client) {
        this.client = client;
        this.lease = get(client.getLeaseClient().grant(TTL_SECONDS)).getID();
        this.keepAlive = client.getLeaseClient().keepAlive(lease, new KeepAlives());
        // From a revision of the past on jetcd 0.8.5 may skip events: it takes the header's for seen.
        this.begin = get(client.getKVClient().get(ALL)).getHeader().getRevision();
        this.watcher = client.getWatchClient()
                .watch(
                        ALL,
                        WatchOption.builder()
                                .withRange(ALL)
                                .withRevision(begin + 1)
                                .build(),
                        Watch.listener(this::take));
    }

    /** Connects to these members and begins. */
    public static JetcdParty start(List<URI> endpoints) {
        return new JetcdParty(Client.builder().endpoints(endpoints).build());
    }

    private void take(WatchResponse response) {
        synchronized (revisions) {
            response.getEvents()
                    .forEach(event -> revisions.add(event.getKeyValue().getModRevision()));
        }
    }

    /** Waits for the events of this revision; each up to it must have come, in order, and the lease must live. */
    public void awaitEverything(long revision) {
        Await.until("jetcd's event of revision " + revision, PATIENCE, () -> {
            synchronized (revisions) {
                return !revisions.isEmpty() && revisions.get(revisions.size() - 1) >= revision;
            }
        });
        long last = begin;
        synchronized (revisions) {
            for (long next : revisions) {
                if (next != last && next != last + 1) {
                    throw new AssertionError("after an event of revision " + last + " jetcd got one of " + next);
                }
                last = next;
            }
        }
        long remaining = get(client.getLeaseClient().timeToLive(lease, LeaseOption.DEFAULT))
                .getTTL();
        if (remaining <= 0) {
            throw new AssertionError("jetcd's lease was lost: " + remaining);
        }
    }

    private static <T> T get(CompletableFuture<T> answer) {
        try {
            return answer.get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
        } catch (ExecutionException | TimeoutException | InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    @Override
    public void close() {
        keepAlive.close();
        watcher.close();
        client.close();
    }

    private final class KeepAlives implements StreamObserver<LeaseKeepAliveResponse> {
        @Override
        public void onNext(LeaseKeepAliveResponse renewed) {
            assert renewed.getTTL() > 0;
        }

        @Override
        public void onError(Throwable connectionLost) {}

        @Override
        public void onCompleted() {}
    }
}
