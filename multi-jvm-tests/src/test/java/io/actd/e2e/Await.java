package io.actd.e2e;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/** Waits for a condition by looking often; a condition that never comes fails with its name. */
public final class Await {
    private static final long LOOK_AGAIN_NANOS = 2_000_000;
    private static final long LOOK_SELDOM_NANOS = 100_000_000;

    private Await() {}

    /** Returns once the condition holds; throws an {@link AssertionError} naming it after the timeout. */
    public static void until(String what, Duration timeout, BooleanSupplier condition) {
        value(what, timeout, () -> condition.getAsBoolean() ? Optional.of(true) : Optional.empty());
    }

    /** Returns the first value the supplier gives. */
    public static <T> T value(String what, Duration timeout, Supplier<Optional<T>> value) {
        return value(what, timeout, LOOK_AGAIN_NANOS, value);
    }

    /** The same, looking ten times a second: for what is dear to look at. */
    public static <T> T seldom(String what, Duration timeout, Supplier<Optional<T>> value) {
        return value(what, timeout, LOOK_SELDOM_NANOS, value);
    }

    private static <T> T value(String what, Duration timeout, long pauseNanos, Supplier<Optional<T>> value) {
        long deadline = System.nanoTime() + timeout.toNanos();
        while (true) {
            Optional<T> found = value.get();
            if (found.isPresent()) {
                return found.get();
            }
            if (System.nanoTime() > deadline) {
                throw new AssertionError("waited " + timeout.toSeconds() + " s in vain for: " + what);
            }
            LockSupport.parkNanos(pauseNanos);
        }
    }
}
