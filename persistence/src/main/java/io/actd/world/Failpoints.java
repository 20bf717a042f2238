package io.actd.world;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Named places at which a test may ask "what if we die here". One instance a member; free while nothing is armed.
 *
 * <p>Names in use stand in {@code docs/failpoints.md}.
 */
public final class Failpoints {
    /** What happens when an armed place is reached: halts the process, throws, waits. */
    @FunctionalInterface
    public interface Action {
        void hit(String name);
    }

    private final Map<String, Action> armed = new ConcurrentHashMap<>();
    private volatile boolean any;

    /** Runs the action armed under {@code name}, if any. */
    public void hit(String name) {
        if (any) {
            var action = armed.get(name);
            if (action != null) action.hit(name);
        }
    }

    public void arm(String name, Action action) {
        armed.put(name, action);
        any = true;
    }

    public void disarm(String name) {
        armed.remove(name);
        any = !armed.isEmpty();
    }
}
