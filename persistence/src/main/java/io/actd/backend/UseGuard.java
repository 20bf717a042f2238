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
        if (ending || !permits.tryAcquire()) throw new IllegalStateException("the backend is closed");
    }

    void exit() {
        permits.release();
    }

    /**
     * Refuses new uses and waits for the present ones; true if none is left, false if some still are after
     * {@code patience} or the end had begun before.
     */
    boolean end(Duration patience) {
        synchronized (this) {
            if (ending) return false;
            ending = true;
        }
        long deadlineLeft = patience.toNanos();
        try {
            return permits.tryAcquire(ALL, deadlineLeft, TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }
}
