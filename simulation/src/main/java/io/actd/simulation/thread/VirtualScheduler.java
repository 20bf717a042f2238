package io.actd.simulation.thread;

import com.typesafe.config.Config;
import java.io.Closeable;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import org.apache.pekko.actor.AbstractScheduler;
import org.apache.pekko.actor.Cancellable;
import org.apache.pekko.event.LoggingAdapter;
import scala.concurrent.ExecutionContext;
import scala.concurrent.duration.FiniteDuration;

/** The timers of one actor system, under the virtual time of its process; named in the configuration. */
@SuppressWarnings("deprecation") // one of the two methods to implement is deprecated
public final class VirtualScheduler extends AbstractScheduler implements Closeable {
    private final VirtualProcess process = VirtualProcess.starting();

    public VirtualScheduler(Config config, LoggingAdapter log, ThreadFactory threads) {}

    VirtualProcess process() {
        return process;
    }

    @Override
    public Cancellable scheduleOnce(FiniteDuration delay, Runnable task, ExecutionContext executor) {
        var timer = new Timer();
        timer.arm(delay.toNanos(), task, executor);
        return timer;
    }

    @Override
    public Cancellable schedule(
            FiniteDuration initialDelay, FiniteDuration interval, Runnable task, ExecutionContext executor) {
        var timer = new Timer();
        var again = new Runnable() {
            @Override
            public void run() {
                task.run();
                timer.arm(interval.toNanos(), this, executor);
            }
        };
        timer.arm(initialDelay.toNanos(), again, executor);
        return timer;
    }

    @Override
    public double maxFrequency() {
        return TimeUnit.SECONDS.toMillis(1);
    }

    @Override
    public void close() {}

    private final class Timer implements Cancellable {
        private boolean cancelled;
        private boolean fired;
        private Runnable takeBack = () -> {};

        void arm(long delayNanos, Runnable task, ExecutionContext executor) {
            if (cancelled) return;
            fired = false;
            takeBack = process.after(delayNanos, "timer", () -> fire(task, executor));
        }

        private void fire(Runnable task, ExecutionContext executor) {
            if (cancelled) return;
            fired = true;
            executor.execute(task);
        }

        @Override
        public boolean cancel() {
            if (cancelled || fired) return false;
            cancelled = true;
            takeBack.run();
            return true;
        }

        @Override
        public boolean isCancelled() {
            return cancelled;
        }
    }
}
