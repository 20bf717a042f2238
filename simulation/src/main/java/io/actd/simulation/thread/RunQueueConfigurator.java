package io.actd.simulation.thread;

import com.typesafe.config.Config;
import java.util.concurrent.ThreadFactory;
import org.apache.pekko.dispatch.DispatcherPrerequisites;
import org.apache.pekko.dispatch.ExecutorServiceConfigurator;
import org.apache.pekko.dispatch.ExecutorServiceFactory;

/** Makes a dispatcher run on the run queue of its process; named as {@code executor} in the configuration. */
public final class RunQueueConfigurator extends ExecutorServiceConfigurator {
    private final VirtualProcess process;

    public RunQueueConfigurator(Config config, DispatcherPrerequisites prerequisites) {
        super(config, prerequisites);
        this.process = ((VirtualScheduler) prerequisites.scheduler()).process();
    }

    @Override
    public ExecutorServiceFactory createExecutorServiceFactory(String id, ThreadFactory threads) {
        return () -> process.executor(id);
    }
}
