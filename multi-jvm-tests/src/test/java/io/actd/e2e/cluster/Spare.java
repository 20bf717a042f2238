package io.actd.e2e.cluster;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.ExtensionContext;

/** Holds the processes no story uses at the moment; the end of the test run ends them. */
final class Spare implements AutoCloseable {
    private static @Nullable Ensemble held; // guarded by the class

    private Spare() {}

    static synchronized @Nullable Ensemble take() {
        Ensemble taken = held;
        held = null;
        return taken;
    }

    static synchronized void keep(Ensemble ensemble, ExtensionContext context) {
        held = ensemble;
        context.getRoot()
                .getStore(ExtensionContext.Namespace.create(Spare.class))
                .getOrComputeIfAbsent(Spare.class);
    }

    @Override
    public void close() {
        Ensemble last = take();
        if (last != null) {
            last.close();
        }
    }
}
