package io.actd.e2e;

import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/** Waits for a condition by looking often; a condition that never comes fails with its name. */
public final class Await {
    private static final Set<Status.Code> NOT_NOW = Set.of(Status.Code.UNAVAILABLE, Status.Code.DEADLINE_EXCEEDED);
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

    /**
     * Returns what the call answers; asked again while there is nobody to answer it, or not in time: an election is no
     * failure. Whatever else it is told, it throws.
     */
    public static <T> T answer(String what, Duration timeout, Supplier<T> call) {
        return seldom(what, timeout, () -> {
            try {
                return Optional.of(call.get());
            } catch (StatusRuntimeException e) {
                if (!NOT_NOW.contains(e.getStatus().getCode())) {
                    throw e;
                }
                return Optional.empty();
            }
        });
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
