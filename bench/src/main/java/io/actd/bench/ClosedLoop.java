package io.actd.bench;

import com.google.protobuf.Message;
import io.grpc.MethodDescriptor;
import java.util.Arrays;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongFunction;

/**
 * A fixed number of requests under way, the next begun when one is answered.
 *
 * @param request made from a number that is different for every request of the run
 */
record ClosedLoop<Q extends Message, A extends Message>(
        String name, MethodDescriptor<Q, A> method, LongFunction<Q> request, int connections, int inFlight)
        implements Workload {
    private static final int MAX_SAMPLES = 4_000_000;

    @Override
    public Sample run(Target target, int seconds) throws InterruptedException {
        try (var client = new Client(target.leaderPort(), connections)) {
            var run = new Run(client, System.nanoTime() + seconds * 1_000_000_000L);
            double cpuBefore = target.cpuSeconds();
            long begun = System.nanoTime();
            for (int i = 0; i < inFlight; i++) run.next(i);
            run.ended.await();
            double took = (System.nanoTime() - begun) / 1e9;
            double cpu = target.cpuSeconds() - cpuBefore;
            int n = (int) Math.min(run.done.get(), MAX_SAMPLES);
            return Sample.of(Arrays.copyOf(run.micros, n), took, cpu, target.residentMib(), run.failed.get());
        }
    }

    private final class Run {
        private final Client client;
        private final long until;
        private final CountDownLatch ended = new CountDownLatch(inFlight);
        private final AtomicLong numbers = new AtomicLong();
        private final AtomicLong done = new AtomicLong();
        private final AtomicLong failed = new AtomicLong();
        private final long[] micros = new long[MAX_SAMPLES];

        private Run(Client client, long until) {
            this.client = client;
            this.until = until;
        }

        private void next(int lane) {
            long begun = System.nanoTime();
            if (begun >= until) {
                ended.countDown();
                return;
            }
            client.ask(lane, method, request.apply(numbers.incrementAndGet()), (answer, status) -> {
                long took = (System.nanoTime() - begun) / 1000;
                if (answer == null) {
                    failed.incrementAndGet();
                } else {
                    long at = done.getAndIncrement();
                    if (at < MAX_SAMPLES) micros[(int) at] = took;
                }
                next(lane);
            });
        }
    }
}
