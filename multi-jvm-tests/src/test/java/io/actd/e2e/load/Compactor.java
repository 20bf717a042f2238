package io.actd.e2e.load;

import io.actd.e2e.Await;
import io.actd.e2e.client.Rpc;
import io.actd.protocol.api.CompactionRequest;
import java.time.Duration;
import java.util.SplittableRandom;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;

/** Compacts now and then, a little behind what must not be forgotten yet; never while somebody holds its lock. */
final class Compactor {
    private static final Duration BETWEEN = Duration.ofMillis(300);
    private static final Duration LOOK_AGAIN = Duration.ofMillis(20);
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final int BEHIND = 30;

    private final Client client;
    private final SplittableRandom random;
    private final LongSupplier seen;
    private long asked; // guarded by this

    /** @param seen the revision up to which nobody needs history any more */
    Compactor(Client client, SplittableRandom random, LongSupplier seen) {
        this.client = client;
        this.random = random;
        this.seen = seen;
        this.asked = client.recording().compacted();
    }

    Client client() {
        return client;
    }

    /** Waits a moment and compacts, if there is anything to; false if the outcome is unknown. */
    boolean step(BooleanSupplier ended) {
        long until = System.nanoTime() + BETWEEN.toNanos();
        while (System.nanoTime() < until && !ended.getAsBoolean()) {
            LockSupport.parkNanos(LOOK_AGAIN.toNanos());
        }
        synchronized (this) {
            long revision = seen.getAsLong() - BEHIND;
            return revision <= asked || compact(revision);
        }
    }

    /** Compacts once more, which must go through: whatever was asked for before counts no more after that. */
    synchronized void finish() {
        if (asked > client.recording().compacted()) {
            long last = asked + 1;
            Await.until("a compaction goes through", PATIENCE, () -> {
                if (!compact(last)) {
                    client.moveOn();
                }
                return client.recording().compacted() == last;
            });
        }
        client.close();
    }

    private synchronized boolean compact(long revision) {
        asked = revision;
        CompactionRequest request = CompactionRequest.newBuilder()
                .setRevision(revision)
                .setPhysical(random.nextBoolean())
                .build();
        return client.call(Rpc.COMPACT, request).isKnown();
    }
}
