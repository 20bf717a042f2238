package io.actd.e2e.load;

import com.google.common.util.concurrent.FutureCallback;
import com.google.common.util.concurrent.Futures;
import com.google.common.util.concurrent.MoreExecutors;
import com.google.protobuf.ByteString;
import io.actd.e2e.Await;
import io.actd.e2e.client.EtcdClient;
import io.actd.e2e.client.Rpc;
import io.actd.protocol.api.PutRequest;
import io.actd.protocol.api.PutResponse;
import io.actd.protocol.api.WatchCreateRequest;
import io.actd.protocol.api.WatchRequest;
import io.actd.protocol.api.WatchResponse;
import io.actd.protocol.mvcc.Event;
import io.etcd.jetcd.api.KeyValue;
import io.grpc.CallOptions;
import io.grpc.ClientCall;
import io.grpc.Metadata;
import io.grpc.Status;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;

/**
 * Many watchers of a few keys at all members, and somebody who puts these at an even pace. Some watchers stop reading for
 * a while; each has to see every version of its key once, in order (faults.md W12, scoreboard line 23).
 */
public final class WatcherCrowd implements AutoCloseable {
    private static final int KEYS = 100;
    private static final int WATCHES_A_STREAM = 10;
    private static final int STREAMS_A_CONNECTION = 50;
    private static final int PUTS_A_SECOND = 50;
    /** Each so many-th put is of the key that is watched by those who stop. */
    private static final int HOT = 5;

    private static final int IN_FLIGHT = 500;
    private static final int MOST_ATTEMPTS = 20;
    private static final Duration PATIENCE = Duration.ofMinutes(5);
    private static final ByteString HOT_KEY = EtcdClient.bytes("crowd/hot");

    private final List<? extends Server> servers;
    private final EtcdClient writer;
    private final List<EtcdClient> connections = new ArrayList<>();
    private final List<Stream> readers = new ArrayList<>();
    private final List<Stream> stoppers = new ArrayList<>();
    private final AtomicInteger created = new AtomicInteger();
    private final Queue<String> problems = new ConcurrentLinkedQueue<>();
    private final Queue<Long> lagNanos = new ConcurrentLinkedQueue<>();
    private volatile boolean stopped;
    private volatile boolean closing;

    /** So many watchers, of which {@code stopping} are able to stop; returns once all watches are created. */
    public WatcherCrowd(List<? extends Server> servers, int watchers, int stopping) {
        this.servers = servers;
        this.writer = servers.get(0).connect();
        for (int first = 0; first < watchers - stopping; first += WATCHES_A_STREAM) {
            List<ByteString> keys = new ArrayList<>();
            for (int i = first; i < Math.min(first + WATCHES_A_STREAM, watchers - stopping); i++) {
                keys.add(key(i));
            }
            readers.add(new Stream(connection(readers.size()), keys, false));
        }
        connections.add(servers.get(0).connect()); // those who stop fill the windows of connections of their own
        for (int i = 0; i < stopping; i++) {
            stoppers.add(new Stream(connection(i), List.of(HOT_KEY), true));
        }
        Await.until(watchers + " watches", PATIENCE, () -> created.get() == watchers || !problems.isEmpty());
    }

    private static ByteString key(int number) {
        return EtcdClient.bytes("crowd/" + number % KEYS);
    }

    private EtcdClient connection(int stream) {
        if (stream % STREAMS_A_CONNECTION == 0) {
            connections.add(servers.get(connections.size() % servers.size()).connect());
        }
        return connections.getLast();
    }

    /** Puts for so long, fifty a second; returns when all are answered. */
    public void putFor(Duration time) {
        Semaphore window = new Semaphore(IN_FLIGHT);
        long period = 1_000_000_000L / PUTS_A_SECOND;
        long begun = System.nanoTime();
        for (int i = 0; i * period < time.toNanos(); i++) {
            while (System.nanoTime() < begun + i * period) {
                LockSupport.parkNanos(begun + i * period - System.nanoTime());
            }
            window.acquireUninterruptibly();
            put(i % HOT == 0 ? HOT_KEY : key(i), window, 1);
        }
        window.acquireUninterruptibly(IN_FLIGHT);
    }

    /** Again if it failed, as in an election: each watcher sees it as often as it was done. */
    private void put(ByteString key, Semaphore window, int attempt) {
        PutRequest request = PutRequest.newBuilder()
                .setKey(key)
                .setValue(EtcdClient.bytes(String.format(Locale.ROOT, "%0200d", System.nanoTime())))
                .build();
        Futures.addCallback(
                writer.sendPatiently(Rpc.PUT, request),
                new FutureCallback<PutResponse>() {
                    @Override
                    public void onSuccess(PutResponse answer) {
                        window.release();
                    }

                    @Override
                    public void onFailure(Throwable failure) {
                        if (attempt < MOST_ATTEMPTS) {
                            put(key, window, attempt + 1);
                            return;
                        }
                        problems.add("put: " + failure);
                        window.release();
                    }
                },
                MoreExecutors.directExecutor());
    }

    /** From now on some do not read. */
    public void stopReading() {
        stopped = true;
    }

    /** They go on reading; returns when everybody has seen everything. */
    public void readOn() {
        Map<ByteString, Long> newest = Await.answer("all pairs", PATIENCE, () -> writer.all(0)).getKvsList().stream()
                .collect(Collectors.toMap(KeyValue::getKey, KeyValue::getVersion));
        if (stoppers.stream().anyMatch(stream -> stream.hasSeen(newest))) {
            problems.add("somebody read who was to stop");
        }
        stopped = false;
        stoppers.forEach(Stream::readOn);
        List<Stream> all = new ArrayList<>(readers);
        all.addAll(stoppers);
        for (Stream stream : all) {
            Await.until("all events on a stream", PATIENCE, () -> !problems.isEmpty() || stream.hasSeen(newest));
        }
    }

    /** From each put to each watcher that reads, in nanoseconds; those of before the last call are left out. */
    public List<Long> takeLags() {
        List<Long> lags = new ArrayList<>();
        for (Long lag = lagNanos.poll(); lag != null; lag = lagNanos.poll()) {
            lags.add(lag);
        }
        return lags;
    }

    /** What was not as promised. */
    public List<String> problems() {
        return List.copyOf(problems);
    }

    @Override
    public void close() {
        closing = true;
        connections.forEach(EtcdClient::close);
        writer.close();
    }

    private final class Stream extends ClientCall.Listener<WatchResponse> {
        private final ClientCall<WatchRequest, WatchResponse> call;
        private final List<ByteString> keys;
        private final boolean stops;
        private final long[] versions; // of each watch; guarded by this
        private boolean waits; // guarded by this; did not ask for the next message

        Stream(EtcdClient connection, List<ByteString> keys, boolean stops) {
            this.keys = keys;
            this.stops = stops;
            this.versions = new long[keys.size()];
            call = connection.channel().newCall(Rpc.WATCH, CallOptions.DEFAULT);
            call.start(this, new Metadata());
            call.request(1);
            for (int i = 0; i < keys.size(); i++) {
                call.sendMessage(WatchRequest.newBuilder()
                        .setCreateRequest(WatchCreateRequest.newBuilder()
                                .setKey(keys.get(i))
                                .setStartRevision(1)
                                .setWatchId(i + 1L))
                        .build());
            }
        }

        @Override
        public synchronized void onMessage(WatchResponse answer) {
            if (answer.getCreated()) {
                created.incrementAndGet();
            }
            if (answer.getCanceled()) {
                problems.add("canceled: " + answer.getCancelReason());
            }
            answer.getEventsList().forEach(event -> see((int) answer.getWatchId() - 1, event));
            waits = stops && stopped;
            if (!waits) {
                call.request(1);
            }
        }

        private void see(int watch, Event event) {
            long version = event.getKv().getVersion();
            if (!event.getKv().getKey().equals(keys.get(watch)) || version != versions[watch] + 1) {
                problems.add("version " + version + " of " + event.getKv().getKey() + " after " + versions[watch]
                        + " of " + keys.get(watch));
            }
            versions[watch] = version;
            if (!stops) {
                lagNanos.add(System.nanoTime()
                        - Long.parseLong(event.getKv().getValue().toStringUtf8()));
            }
        }

        @Override
        public void onClose(Status status, Metadata trailers) {
            if (!closing) {
                problems.add("closed: " + status);
            }
        }

        synchronized void readOn() {
            if (waits) {
                waits = false;
                call.request(1);
            }
        }

        synchronized boolean hasSeen(Map<ByteString, Long> newest) {
            for (int i = 0; i < versions.length; i++) {
                if (versions[i] < newest.getOrDefault(keys.get(i), 0L)) {
                    return false;
                }
            }
            return true;
        }
    }
}
