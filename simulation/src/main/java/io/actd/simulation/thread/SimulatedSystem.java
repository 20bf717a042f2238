package io.actd.simulation.thread;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigValue;
import com.typesafe.config.ConfigValueFactory;
import io.actd.wal.WalBatch;
import java.io.IOException;
import java.net.URL;
import java.util.Collections;
import java.util.Enumeration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.pekko.actor.BootstrapSetup;
import org.apache.pekko.actor.setup.ActorSystemSetup;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.Behavior;

/** Makes actor systems whose every dispatcher and timer is the run queue. */
public final class SimulatedSystem {
    private static final List<String> UNUSED = List.of(
            "pekko.actor.serialization-bindings",
            "pekko.actor.serialization-identifiers",
            "pekko.actor.serializers",
            "pekko.cluster",
            "pekko.grpc",
            "pekko.http",
            "pekko.io",
            "pekko.remote",
            "pekko.stream");
    private static final ActorSystemSetup SETUP = ActorSystemSetup.create(
            BootstrapSetup.create(Optional.of(new QuickLoader()), Optional.of(config()), Optional.empty()));

    private SimulatedSystem() {}

    /**
     * The actor system of that process; its guardian starts with the next steps of the queue.
     *
     * @param reader told of what its log holds and is given
     */
    public static <T> ActorSystem<T> create(VirtualProcess process, Behavior<T> guardian, JournalTap.Reader reader) {
        var setup = SETUP.withSetup(new JournalTap.ReaderSetup(reader));
        return process.start(() -> ActorSystem.create(guardian, "actd", setup));
    }

    /**
     * Hides what each actor system would read again, which takes longer than all else of its start: the manifests of
     * all jars, and the defaults, which {@link #config} has already.
     */
    private static final class QuickLoader extends ClassLoader {
        private static final Set<String> HIDDEN = Set.of("META-INF/MANIFEST.MF", "reference.conf");

        QuickLoader() {
            super(SimulatedSystem.class.getClassLoader());
        }

        @Override
        public Enumeration<URL> getResources(String name) throws IOException {
            return HIDDEN.contains(name) ? Collections.emptyEnumeration() : super.getResources(name);
        }
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
                        actd.wal-journal {
                          event-adapters.tap = "%s"
                          event-adapter-bindings."%s" = tap
                        }
                        """.formatted(
                                VirtualScheduler.class.getName(), JournalTap.class.getName(), WalBatch.class.getName()))
                .withFallback(ConfigFactory.load());
        return withRunQueue(small(all).root()).toConfig();
    }

    /** Without what no member asks for in a simulation: Pekko Persistence merges all there is at each start. */
    private static Config small(Config all) {
        var small = all.withOnlyPath("pekko").withFallback(all.withOnlyPath("actd"));
        for (var unused : UNUSED) small = small.withoutPath(unused);
        var nothing = UNUSED.stream().map(path -> path + " {}").collect(Collectors.joining("\n"));
        return small.withFallback(ConfigFactory.parseString(nothing));
    }

    /** Whatever names an executor is a dispatcher. */
    private static ConfigObject withRunQueue(ConfigObject object) {
        var changed = object;
        for (Map.Entry<String, ConfigValue> entry : object.entrySet()) {
            if (entry.getValue() instanceof ConfigObject inner)
                changed = changed.withValue(entry.getKey(), withRunQueue(inner));
        }
        if (!object.containsKey("executor")) return changed;
        return changed.withValue("type", ConfigValueFactory.fromAnyRef(RunQueueConfigurator.class.getName()));
    }
}
