package io.actd.simulation.thread;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.AbstractExecutorService;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.apache.pekko.dispatch.Mailbox;
import org.jspecify.annotations.Nullable;

/**
 * One life of one process: what runs in it, and whether it still runs at all. A dead process runs nothing more, whatever
 * it had begun; a paused one goes on where it was.
 *
 * <p>Its clock may run faster or slower than that of the others; its timers with it.
 */
public final class VirtualProcess {
    private static final ThreadLocal<Deque<VirtualProcess>> STARTING = ThreadLocal.withInitial(ArrayDeque::new);

    private final String name;
    private final RunQueue queue;
    private final double clockRate;
    private final List<Runnable> parked = new ArrayList<>();
    private boolean alive = true;
    private boolean paused;
    private long heldUp;

    /** @param clockRate seconds of its clock in a true second */
    public VirtualProcess(String name, RunQueue queue, double clockRate) {
        this.name = name;
        this.queue = queue;
        this.clockRate = clockRate;
    }

    /** The process whose actor system is being made right now. */
    static VirtualProcess starting() {
        var process = STARTING.get().peek();
        if (process == null) throw new IllegalStateException("no process is being started");
        return process;
    }

    /** Makes an actor system (or anything else) as part of this process. */
    public <T> T start(Supplier<T> made) {
        STARTING.get().push(this);
        try {
            return made.get();
        } finally {
            STARTING.get().pop();
        }
    }

    public String name() {
        return name;
    }

    public boolean isAlive() {
        return alive;
    }

    public boolean isPaused() {
        return paused;
    }

    /** Nothing of it runs from now on. */
    public void die() {
        alive = false;
        parked.clear();
    }

    /** Nothing of it runs until {@link #resume}; time goes on. */
    public void pause() {
        paused = true;
    }

    public void resume() {
        paused = false;
        var all = List.copyOf(parked);
        parked.clear();
        all.forEach(Runnable::run);
    }

    /** Tasks that came up while it was paused. */
    public long heldUp() {
        return heldUp;
    }

    void park(Runnable again) {
        heldUp++;
        parked.add(again);
    }

    /** What its monotonic clock shows. */
    public long nanoTime() {
        return (long) (queue.now() * clockRate);
    }

    /** Runs the task in this process after so much time of its own clock. Running what is returned takes it back. */
    public Runnable after(long delayNanos, String label, Runnable run) {
        return queue.after(this, (long) (delayNanos / clockRate), label, run);
    }

    /** Runs the task in this process as soon as a thread is free. */
    public void soon(String label, Runnable run) {
        queue.soon(this, run, label, run);
    }

    /** Runs it now, or when the running task has waited so long. */
    void onceWaited(Runnable run) {
        queue.onceWaited(this, run);
    }

    /** A thread pool of this process, as large as it needs to be. */
    ExecutorService executor(String pool) {
        return new Pool(pool);
    }

    private final class Pool extends AbstractExecutorService {
        private final String pool;
        private boolean shutDown;

        Pool(String pool) {
            this.pool = pool;
        }

        @Override
        public void execute(Runnable task) {
            queue.soon(VirtualProcess.this, task, label(task), task);
        }

        private String label(Runnable task) {
            return task instanceof Mailbox mailbox && mailbox.actor() != null
                    ? withoutNumber(mailbox.actor().self().path().name())
                    : pool;
        }

        /** Pekko counts some of its actors over all systems of a JVM. */
        private String withoutNumber(String name) {
            int end = name.length();
            while (end > 0 && Character.isDigit(name.charAt(end - 1))) end--;
            return name.substring(0, end);
        }

        @Override
        public void shutdown() {
            shutDown = true;
        }

        @Override
        public List<Runnable> shutdownNow() {
            shutDown = true;
            return List.of();
        }

        @Override
        public boolean isShutdown() {
            return shutDown;
        }

        @Override
        public boolean isTerminated() {
            return shutDown;
        }

        @Override
        public boolean awaitTermination(long timeout, @Nullable TimeUnit unit) {
            return shutDown;
        }
    }
}
