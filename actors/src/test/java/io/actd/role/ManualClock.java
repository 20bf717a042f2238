package io.actd.role;

import io.actd.world.Clock;

/** Stands still until it is set. */
final class ManualClock implements Clock {
    long nanos;

    void setMillis(long millis) {
        nanos = millis * 1_000_000;
    }

    @Override
    public long nanoTime() {
        return nanos;
    }

    @Override
    public long epochMillis() {
        return 0;
    }
}
