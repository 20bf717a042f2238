package io.actd.member;

import io.actd.world.Clock;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/** Stands still until a test moves it. Thread-safe. */
public final class ManualClock implements Clock {
    private record Alarm(long nanos, Runnable task) {}

    private final AtomicLong nanos;
    private final List<Alarm> alarms = new CopyOnWriteArrayList<>();

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

    /** Runs nothing by itself; see {@link #runDue}. */
    @Override
    public void after(Duration delay, Runnable task) {
        alarms.add(new Alarm(nanos.get() + delay.toNanos(), task));
    }

    /** Runs the tasks whose time has come, also those they ask for. */
    public void runDue() {
        for (var alarm = due(); alarm != null; alarm = due()) {
            alarms.remove(alarm);
            alarm.task().run();
        }
    }

    private @Nullable Alarm due() {
        return alarms.stream()
                .filter(alarm -> alarm.nanos() - nanos.get() <= 0)
                .findFirst()
                .orElse(null);
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
