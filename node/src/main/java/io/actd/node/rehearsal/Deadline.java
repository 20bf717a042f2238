package io.actd.node.rehearsal;

import java.util.function.BooleanSupplier;

/** When the whole play has to be over, so that a build on a slow machine goes on without its cache. */
final class Deadline {
    private static final long PLAY_NANOS = 150_000_000_000L;
    private static final long LOOK_MILLIS = 20;

    private final long endNanos = System.nanoTime() + PLAY_NANOS;

    long nanosLeft() {
        return Math.max(0, endNanos - System.nanoTime());
    }

    void await(String what, BooleanSupplier condition) throws InterruptedException {
        while (!condition.getAsBoolean()) {
            if (nanosLeft() == 0) throw new IllegalStateException(what + " took too long");
            Thread.sleep(LOOK_MILLIS);
        }
    }
}
