package io.actd.bench;

import com.google.protobuf.ByteString;
import io.actd.protocol.api.LeaseGrantRequest;
import io.actd.protocol.api.LeaseGrantResponse;
import io.actd.protocol.api.LeaseKeepAliveRequest;
import io.actd.protocol.api.LeaseKeepAliveResponse;
import io.actd.protocol.api.PutRequest;
import io.actd.protocol.api.PutResponse;
import io.actd.protocol.api.WatchCreateRequest;
import io.actd.protocol.api.WatchRequest;
import io.actd.protocol.api.WatchResponse;
import io.grpc.ClientCall;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor.MethodType;
import io.grpc.Status;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/** Workloads on long-lived streams: watch fan-out and lease keep-alives. */
final class Streams {
    private static final int MAX_SAMPLES = 4_000_000;

    private Streams() {}

    static final io.grpc.MethodDescriptor<PutRequest, PutResponse> PUT = Client.method(
            "etcdserverpb.KV/Put", MethodType.UNARY, PutRequest.getDefaultInstance(), PutResponse.getDefaultInstance());
    private static final io.grpc.MethodDescriptor<WatchRequest, WatchResponse> WATCH = Client.method(
            "etcdserverpb.Watch/Watch",
            MethodType.BIDI_STREAMING,
            WatchRequest.getDefaultInstance(),
            WatchResponse.getDefaultInstance());
    private static final io.grpc.MethodDescriptor<LeaseGrantRequest, LeaseGrantResponse> GRANT = Client.method(
            "etcdserverpb.Lease/LeaseGrant",
            MethodType.UNARY,
            LeaseGrantRequest.getDefaultInstance(),
            LeaseGrantResponse.getDefaultInstance());
    private static final io.grpc.MethodDescriptor<LeaseKeepAliveRequest, LeaseKeepAliveResponse> KEEP_ALIVE =
            Client.method(
                    "etcdserverpb.Lease/LeaseKeepAlive",
                    MethodType.BIDI_STREAMING,
                    LeaseKeepAliveRequest.getDefaultInstance(),
                    LeaseKeepAliveResponse.getDefaultInstance());

    /** Records of latency, shared by the callbacks of many streams. */
    private static final class Latencies {
        private final AtomicLong count = new AtomicLong();
        private final long[] micros = new long[MAX_SAMPLES];

        void add(long nanos) {
            long at = count.getAndIncrement();
            if (at < MAX_SAMPLES) micros[(int) at] = nanos / 1000;
        }

        Sample sample(double seconds, double cpuSeconds, Target target, long failed) {
            int n = (int) Math.min(count.get(), MAX_SAMPLES);
            return Sample.of(Arrays.copyOf(micros, n), seconds, cpuSeconds, target.residentMib(), failed);
        }
    }

    /**
     * Every put is delivered to all watchers; the next follows when the last watcher has it. Counted are delivered
     * events; the latency is from the put to each delivery.
     */
    record FanOut(String name, int watchers) implements Workload {
        @Override
        public Sample run(Target target, int seconds) throws Exception {
            var key = ByteString.copyFromUtf8("fan-out");
            var latencies = new Latencies();
            try (var client = new Client(target.leaderPort(), 4)) {
                var created = new CountDownLatch(watchers);
                var round = new Round();
                for (int i = 0; i < watchers; i++) {
                    var call = client.open(i, WATCH, new ClientCall.Listener<>() {
                        @Override
                        public void onMessage(WatchResponse message) {
                            if (message.getCreated()) created.countDown();
                            if (message.getEventsCount() > 0) round.delivered(latencies, message.getEventsCount());
                        }
                    });
                    call.sendMessage(WatchRequest.newBuilder()
                            .setCreateRequest(WatchCreateRequest.newBuilder().setKey(key))
                            .build());
                }
                if (!created.await(60, TimeUnit.SECONDS)) throw new IllegalStateException("watches were not created");
                var put = PutRequest.newBuilder()
                        .setKey(key)
                        .setValue(ByteString.copyFrom(new byte[256]))
                        .build();
                double cpuBefore = target.cpuSeconds();
                long begun = System.nanoTime();
                long until = begun + seconds * 1_000_000_000L;
                while (System.nanoTime() < until) {
                    var all = round.begin(watchers);
                    client.ask(0, PUT, put, (answer, status) -> {});
                    all.get(30, TimeUnit.SECONDS);
                }
                return latencies.sample((System.nanoTime() - begun) / 1e9, target.cpuSeconds() - cpuBefore, target, 0);
            }
        }

        private static final class Round {
            private volatile long begun;
            private final AtomicLong missing = new AtomicLong();
            private volatile CompletableFuture<Void> all = new CompletableFuture<>();

            CompletableFuture<Void> begin(int watchers) {
                all = new CompletableFuture<>();
                missing.set(watchers);
                begun = System.nanoTime();
                return all;
            }

            void delivered(Latencies latencies, int events) {
                for (int i = 0; i < events; i++) latencies.add(System.nanoTime() - begun);
                if (missing.addAndGet(-events) == 0) all.complete(null);
            }
        }
    }

    /** Each lease has a stream of its own and is renewed again as soon as the answer came. */
    record KeepAlives(String name, int leases) implements Workload {
        @Override
        public Sample run(Target target, int seconds) throws Exception {
            var latencies = new Latencies();
            var failed = new AtomicLong();
            try (var client = new Client(target.leaderPort(), 4)) {
                var ids = new ArrayList<Long>();
                for (int i = 0; i < leases; i++) {
                    var granted = new CompletableFuture<Long>();
                    client.ask(
                            0, GRANT, LeaseGrantRequest.newBuilder().setTTL(600).build(), (answer, status) -> {
                                if (answer == null) granted.completeExceptionally(status.asException());
                                else granted.complete(answer.getID());
                            });
                    ids.add(granted.get(10, TimeUnit.SECONDS));
                }
                double cpuBefore = target.cpuSeconds();
                long begun = System.nanoTime();
                long until = begun + seconds * 1_000_000_000L;
                var ended = new CountDownLatch(leases);
                for (int i = 0; i < leases; i++) {
                    var stream = new KeepAliveStream(ids.get(i), until, latencies, failed, ended);
                    stream.begin(client.open(i, KEEP_ALIVE, stream));
                }
                ended.await();
                return latencies.sample(
                        (System.nanoTime() - begun) / 1e9, target.cpuSeconds() - cpuBefore, target, failed.get());
            }
        }
    }

    private static final class KeepAliveStream extends ClientCall.Listener<LeaseKeepAliveResponse> {
        private final LeaseKeepAliveRequest request;
        private final long until;
        private final Latencies latencies;
        private final AtomicLong failed;
        private final CountDownLatch ended;
        private final CompletableFuture<ClientCall<LeaseKeepAliveRequest, LeaseKeepAliveResponse>> call =
                new CompletableFuture<>();
        private volatile long asked;

        KeepAliveStream(long lease, long until, Latencies latencies, AtomicLong failed, CountDownLatch ended) {
            this.request = LeaseKeepAliveRequest.newBuilder().setID(lease).build();
            this.until = until;
            this.latencies = latencies;
            this.failed = failed;
            this.ended = ended;
        }

        void begin(ClientCall<LeaseKeepAliveRequest, LeaseKeepAliveResponse> opened) {
            call.complete(opened);
            ask(opened);
        }

        private void ask(ClientCall<LeaseKeepAliveRequest, LeaseKeepAliveResponse> open) {
            asked = System.nanoTime();
            open.sendMessage(request);
        }

        @Override
        public void onMessage(LeaseKeepAliveResponse answer) {
            long now = System.nanoTime();
            latencies.add(now - asked);
            if (answer.getTTL() <= 0) failed.incrementAndGet();
            if (now < until) ask(call.join());
            else call.join().halfClose();
        }

        @Override
        public void onClose(Status status, Metadata trailers) {
            if (!status.isOk()) failed.incrementAndGet();
            ended.countDown();
        }
    }
}
