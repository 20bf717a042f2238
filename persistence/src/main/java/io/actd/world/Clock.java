package io.actd.world;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** The door to time. */
public interface Clock {
    /** Monotonic nanoseconds from an arbitrary origin. Leases and elections depend on this one only. */
    long nanoTime();

    /** Milliseconds since the epoch: for ids and log lines, never for decisions. */
    long epochMillis();

    /**
     * Runs a task once that time has passed, a fraction of a millisecond later at most on an idle machine: for what an actor
     * system's timers, in steps of 10 ms, are too coarse for. The task must be short; its thread is anybody's.
     */
    void after(Duration delay, Runnable task);

    /** The clock of the machine. */
    static Clock system() {
        return new Clock() {
            @Override
            public long nanoTime() {
                return System.nanoTime();
            }

            @Override
            public long epochMillis() {
                return System.currentTimeMillis();
            }

            @Override
            public void after(Duration delay, Runnable task) {
                CompletableFuture.delayedExecutor(delay.toNanos(), TimeUnit.NANOSECONDS, Runnable::run)
                        .execute(task);
            }
        };
    }
}
