package io.actd.node.run;

import java.lang.reflect.Proxy;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** SIGTERM and SIGINT once the member is ready; before, they end the process at once (spec OP-62). */
final class Signals {
    private static final Logger log = LoggerFactory.getLogger(Signals.class);

    private enum Known {
        TERM(15, "terminated"),
        INT(2, "interrupt");

        private final int number;
        private final String description;

        Known(int number, String description) {
            this.number = number;
            this.description = description;
        }
    }

    private Signals() {}

    /**
     * From now on, the first signal runs {@code stop} and ends the process with 128 + its number, or with 0 as process
     * 1 of a container. A second one does not wait.
     */
    static void handle(Runnable stop) {
        var stopping = new AtomicBoolean();
        for (var known : Known.values()) {
            handle(known.name(), () -> {
                var status = ProcessHandle.current().pid() == 1 ? 0 : 128 + known.number;
                if (!stopping.compareAndSet(false, true)) Runtime.getRuntime().halt(status);
                log.atInfo().addKeyValue("signal", known.description).log("received signal; shutting down");
                // Not on the signal's own thread: that is a daemon, and the process would end with the actor system.
                Thread.ofPlatform().name("shutdown").daemon(false).start(() -> {
                    stop.run();
                    System.exit(status);
                });
            });
        }
    }

    /** {@code sun.misc.Signal} is supported, but javac warns of its name without a way to silence it. */
    private static void handle(String name, Runnable action) {
        try {
            var signal = Class.forName("sun.misc.Signal");
            var handler = Class.forName("sun.misc.SignalHandler");
            var proxy =
                    Proxy.newProxyInstance(handler.getClassLoader(), new Class<?>[] {handler}, (self, method, args) -> {
                        if (method.getName().equals("handle")) action.run();
                        return null;
                    });
            signal.getMethod("handle", signal, handler)
                    .invoke(null, signal.getConstructor(String.class).newInstance(name), proxy);
        } catch (ReflectiveOperationException e) {
            log.atWarn().addKeyValue("signal", name).addKeyValue("error", e).log("cannot handle signal");
        }
    }
}
