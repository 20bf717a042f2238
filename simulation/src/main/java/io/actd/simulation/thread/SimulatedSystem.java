package io.actd.simulation.thread;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigValue;
import com.typesafe.config.ConfigValueFactory;
import java.util.Map;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.Behavior;

/** Makes actor systems whose every dispatcher and timer is the run queue. */
public final class SimulatedSystem {
    private static final Config CONFIG = config();

    private SimulatedSystem() {}

    /** The actor system of that process; its guardian starts with the next steps of the queue. */
    public static <T> ActorSystem<T> create(VirtualProcess process, Behavior<T> guardian) {
        return process.start(() -> ActorSystem.create(guardian, "actd", CONFIG));
    }

    private static Config config() {
        var all = ConfigFactory.parseString("""
                        pekko {
                          # The one logger whose start nobody waits for; what counts is logged through SLF4J.
                          loggers = ["org.apache.pekko.event.Logging$StandardOutLogger"]
                          use-slf4j = off
                          # What they start is waited for, and nothing here needs it.
                          library-extensions = []
                          loglevel = OFF
                          stdout-loglevel = OFF
                          log-dead-letters = off
                          log-dead-letters-during-shutdown = off
                          jvm-exit-on-fatal-error = off
                          jvm-shutdown-hooks = off
                          coordinated-shutdown.run-by-jvm-shutdown-hook = off
                          coordinated-shutdown.run-by-actor-system-terminate = off
                          actor.provider = local
                          scheduler.implementation = "%s"
                        }
                        """.formatted(VirtualScheduler.class.getName()))
                .withFallback(ConfigFactory.load());
        return withRunQueue(all.root()).toConfig();
    }

    /** Whatever names an executor is a dispatcher. */
    private static ConfigObject withRunQueue(ConfigObject object) {
        var changed = object;
        for (Map.Entry<String, ConfigValue> entry : object.entrySet()) {
            if (entry.getValue() instanceof ConfigObject inner)
                changed = changed.withValue(entry.getKey(), withRunQueue(inner));
        }
        if (!object.containsKey("executor")) return changed;
        return changed.withValue("type", ConfigValueFactory.fromAnyRef("Dispatcher"))
                .withValue("executor", ConfigValueFactory.fromAnyRef(RunQueueConfigurator.class.getName()));
    }
}
