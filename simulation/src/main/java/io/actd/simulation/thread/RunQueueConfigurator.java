package io.actd.simulation.thread;

import com.typesafe.config.Config;
import java.util.concurrent.TimeUnit;
import org.apache.pekko.actor.ActorCell;
import org.apache.pekko.dispatch.Dispatcher;
import org.apache.pekko.dispatch.DispatcherPrerequisites;
import org.apache.pekko.dispatch.Envelope;
import org.apache.pekko.dispatch.MessageDispatcher;
import org.apache.pekko.dispatch.MessageDispatcherConfigurator;
import org.apache.pekko.dispatch.sysmsg.SystemMessage;
import scala.concurrent.duration.Duration;
import scala.concurrent.duration.FiniteDuration;

/** Makes a dispatcher run on the run queue of its process; named as {@code type} in the configuration. */
public final class RunQueueConfigurator extends MessageDispatcherConfigurator {
    private final MessageDispatcher dispatcher;

    public RunQueueConfigurator(Config config, DispatcherPrerequisites prerequisites) {
        super(config, prerequisites);
        this.dispatcher =
                new RunQueueDispatcher(this, config, ((VirtualScheduler) prerequisites.scheduler()).process());
    }

    @Override
    public MessageDispatcher dispatcher() {
        return dispatcher;
    }

    /** What an actor tells after it waited for its disk arrives when that wait is over, even if the other one runs before. */
    private static final class RunQueueDispatcher extends Dispatcher {
        private final VirtualProcess process;

        RunQueueDispatcher(MessageDispatcherConfigurator configurator, Config config, VirtualProcess process) {
            super(
                    configurator,
                    config.getString("id"),
                    config.getInt("throughput"),
                    Duration.Zero(),
                    (id, threads) -> () -> process.executor(id),
                    FiniteDuration.create(
                            config.getDuration("shutdown-timeout", TimeUnit.NANOSECONDS), TimeUnit.NANOSECONDS));
            this.process = process;
        }

        @Override
        public void dispatch(ActorCell receiver, Envelope message) {
            process.onceWaited(() -> super.dispatch(receiver, message));
        }

        @Override
        public void systemDispatch(ActorCell receiver, SystemMessage message) {
            process.onceWaited(() -> super.systemDispatch(receiver, message));
        }
    }
}
