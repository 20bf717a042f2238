package io.actd.watch;

import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** Runs a task when the test says so: a slow disk. */
final class ManualExecutor implements Executor {
    private final BlockingQueue<Runnable> tasks = new LinkedBlockingQueue<>();
    private volatile boolean held = true;

    @Override
    public void execute(Runnable task) {
        if (held) tasks.add(task);
        else task.run();
    }

    /** Waits for a task and runs it. */
    void runOne() {
        take().run();
    }

    /** Waits for a task and keeps it for the caller to run. */
    Runnable take() {
        try {
            var task = tasks.poll(10, TimeUnit.SECONDS);
            if (task == null) throw new AssertionError("nothing to run");
            return task;
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    /** From now on tasks run at once. */
    void release() {
        held = false;
        for (var task = tasks.poll(); task != null; task = tasks.poll()) task.run();
    }
}
