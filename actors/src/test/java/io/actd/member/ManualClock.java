package io.actd.member;

import io.actd.world.Clock;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;

/** Stands still until a test moves it. Thread-safe. */
public final class ManualClock implements Clock {
    private final AtomicLong nanos;

    /** Begins at 0. */
    public ManualClock() {
        this(0);
    }

    private ManualClock(long nanos) {
        this.nanos = new AtomicLong(nanos);
    }

    /** Begins where overflow would show. */
    public static ManualClock nearOverflow() {
        return new ManualClock(Long.MAX_VALUE - 1_000_000_000L);
    }

    /** Moves it to where it is that long after 0. */
    public void set(Duration time) {
        nanos.set(time.toNanos());
    }

    public void pass(Duration time) {
        nanos.addAndGet(time.toNanos());
    }

    @Override
    public long nanoTime() {
        return nanos.get();
    }

    @Override
    public long epochMillis() {
        return 0;
    }
}
