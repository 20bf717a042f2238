package io.actd.backend;

import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/**
 * Counts who is inside a native resource, so that it is freed only when nobody is: a native call after the end would
 * take the whole process down.
 */
final class UseGuard {
    // Each use holds one permit; the end takes them all and never gives them back.
    private static final int ALL = Integer.MAX_VALUE;

    private final Semaphore permits = new Semaphore(ALL);
    private volatile boolean ending;

    /** Begins a use, or throws if the end has begun. */
    void enter() {
        // The second test is the one that counts; the first keeps new uses from delaying the end.
        if (ending || !permits.tryAcquire()) throw new BackendClosed();
    }

    void exit() {
        permits.release();
    }

    /**
     * Refuses new uses and waits for the present ones. True if none is left; false if it had been called before.
     *
     * @throws IllegalStateException if some still are after {@code patience}: then nothing may be freed
     */
    boolean end(Duration patience) {
        synchronized (this) {
            if (ending) return false;
            ending = true;
        }
        try {
            if (permits.tryAcquire(ALL, patience.toNanos(), TimeUnit.NANOSECONDS)) return true;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        throw new IllegalStateException((ALL - permits.availablePermits()) + " cursors or views are still open");
    }
}
