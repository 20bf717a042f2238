package io.actd.simulation.thread;

import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.PriorityQueue;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/**
 * Everything that is still to run, in all processes: the only source of order in a simulation. Of what may run now one
 * is drawn by the seed; when nothing may, time moves on to the next task. Same seed and same tasks, same order.
 *
 * <p>A task may spend virtual time ({@link #spend}), as a wait for a disk does: what it starts begins only
 * afterwards, and the same lane (an actor's mailbox) runs nothing until then. For one thread only.
 */
public final class RunQueue {
    private static final class Task {
        final VirtualProcess process;
        final Object lane;
        final String label;

        @Nullable
        Runnable run;

        long atNanos;
        long order;
        boolean beforeAll;

        Task(VirtualProcess process, Object lane, String label, Runnable run, long atNanos) {
            this.process = process;
            this.lane = lane;
            this.label = label;
            this.run = run;
            this.atNanos = atNanos;
        }
    }

    private static final int MANY = 256;

    private final Thread thread = Thread.currentThread();
    private volatile @Nullable IllegalStateException foreign;
    private final SplittableRandom random;
    private final Trace trace;
    private final List<Task> ready = new ArrayList<>();
    private final PriorityQueue<Task> later = new PriorityQueue<>(
            (a, b) -> a.atNanos != b.atNanos ? Long.compare(a.atNanos, b.atNanos) : Long.compare(a.order, b.order));
    private final IdentityHashMap<Object, Long> busyUntil = new IdentityHashMap<>();
    private long nowNanos;
    private long spentNanos;
    private long added;
    private long steps;
    private int cancelled;
    private long latenessNanos;

    public RunQueue(SplittableRandom random, Trace trace) {
        this.random = random;
        this.trace = trace;
    }

    /** From now on a task that was told to another thread starts up to so much later, as on a busy machine. */
    public void latenessUpTo(long nanos) {
        latenessNanos = nanos;
    }

    /** Virtual nanoseconds since the beginning, as the running task sees them. */
    public long now() {
        return nowNanos + spentNanos;
    }

    /** When the running task began. */
    public long stepNanos() {
        return nowNanos;
    }

    /** Tasks run so far. */
    public long steps() {
        return steps;
    }

    public Trace trace() {
        return trace;
    }

    /** The running task waits so long: for a disk, for instance. */
    public void spend(long nanos) {
        spentNanos += nanos;
    }

    /** Runs the task as soon as the process has a thread for it. */
    void soon(VirtualProcess process, Object lane, String label, Runnable run) {
        long late = latenessNanos == 0 || random.nextInt(4) != 0 ? 0 : random.nextLong(latenessNanos);
        add(new Task(process, lane, label, run, now() + late));
    }

    /**
     * Runs it at once if the running task has not waited; else when what it waited for is over, before all tasks of that
     * moment and in the order of the calls.
     */
    void onceWaited(VirtualProcess process, Runnable run) {
        if (spentNanos == 0) {
            run.run();
            return;
        }
        var task = new Task(process, run, "waited", run, now());
        task.beforeAll = true;
        add(task);
    }

    /** Runs the task after that virtual time. Running what is returned takes it back. */
    Runnable after(VirtualProcess process, long delayNanos, String label, Runnable run) {
        var task = new Task(process, run, label, run, now() + Math.max(0, delayNanos));
        add(task);
        return () -> cancel(task);
    }

    private void cancel(Task task) {
        task.run = null;
        if (++cancelled > MANY && cancelled > later.size() / 2) {
            later.removeIf(t -> t.run == null);
            cancelled = 0;
        }
    }

    private void add(Task task) {
        if (Thread.currentThread() != thread) {
            foreign = new IllegalStateException("a foreign thread has work: " + Thread.currentThread());
            throw foreign;
        }
        task.order = added++;
        if (task.atNanos <= nowNanos) ready.add(task);
        else later.add(task);
    }

    /** Runs one task; false if nothing is left to run up to that time. */
    public boolean step(long untilNanos) {
        while (true) {
            if (ready.isEmpty()) {
                if (!moveOn(untilNanos)) return false;
                continue;
            }
            var task = draw();
            if (task.run == null || !task.process.isAlive()) continue;
            if (task.process.isPaused()) {
                task.process.park(() -> add(task));
                continue;
            }
            var busy = busyUntil.isEmpty() ? null : busyUntil.get(task.lane);
            if (busy != null) {
                if (busy > nowNanos) {
                    task.atNanos = busy;
                    add(task);
                    continue;
                }
                busyUntil.remove(task.lane);
            }
            run(task, task.run);
            return true;
        }
    }

    private Task draw() {
        int last = ready.size() - 1;
        int at = last == 0 ? 0 : random.nextInt(last + 1);
        var drawn = ready.get(at);
        ready.set(at, ready.get(last));
        ready.remove(last);
        return drawn;
    }

    private boolean moveOn(long untilNanos) {
        var intruder = foreign;
        if (intruder != null) throw intruder;
        var next = later.peek();
        if (next == null || next.atNanos > untilNanos) {
            nowNanos = Math.max(nowNanos, untilNanos);
            return false;
        }
        nowNanos = next.atNanos;
        while (next != null && next.atNanos <= nowNanos) {
            later.remove();
            if (!next.beforeAll) ready.add(next);
            else if (next.run != null && next.process.isAlive()) next.run.run();
            next = later.peek();
        }
        return true;
    }

    private void run(Task task, Runnable run) {
        steps++;
        trace.step(nowNanos, task.process.name(), task.label);
        try {
            run.run();
        } finally {
            if (spentNanos > 0) {
                busyUntil.put(task.lane, nowNanos + spentNanos);
                spentNanos = 0;
            }
        }
    }
}
