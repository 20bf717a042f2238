package io.actd.snapshot;

import com.typesafe.config.Config;
import java.util.concurrent.ThreadFactory;
import org.apache.pekko.actor.typed.DispatcherSelector;
import org.apache.pekko.dispatch.DispatcherPrerequisites;
import org.apache.pekko.dispatch.ExecutorServiceFactory;
import org.apache.pekko.dispatch.MonitorableThreadFactory;
import org.apache.pekko.dispatch.ThreadPoolExecutorConfigurator;

/**
 * Threads of the lowest priority, which step back for all others while processors are scarce; named as {@code executor} in
 * the configuration. The JVM passes priorities on to the system only if it is told to, as {@code bin/actd} does on Linux.
 */
public final class BackgroundExecutor extends ThreadPoolExecutorConfigurator {
    /** Called by Pekko. */
    public BackgroundExecutor(Config config, DispatcherPrerequisites prerequisites) {
        super(config.getConfig("thread-pool-executor"), prerequisites);
    }

    /** Where copies of the store are sent and received: clients are not to feel it. Blocking is allowed. */
    static DispatcherSelector dispatcher() {
        return DispatcherSelector.fromConfig("actd.background-dispatcher");
    }

    @Override
    @SuppressWarnings("ThreadPriorityCheck") // a hint: where it is not taken clients wait longer, no more
    public ExecutorServiceFactory createExecutorServiceFactory(String id, ThreadFactory factory) {
        ThreadFactory threads =
                factory instanceof MonitorableThreadFactory named ? named.withName(named.name() + "-" + id) : factory;
        return super.createExecutorServiceFactory(id, work -> {
            Thread thread = threads.newThread(work);
            thread.setPriority(Thread.MIN_PRIORITY);
            return thread;
        });
    }
}
