package io.actd.world;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Pattern;

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

    /** Thrown by a place armed with {@code throw}. */
    public static final class Reached extends RuntimeException {
        private static final long serialVersionUID = 1L;

        public Reached(String name) {
            super("failpoint " + name + " reached");
        }
    }

    /** Exit code of a process halted at a failpoint: that of a killed one. */
    public static final int HALT_EXIT_CODE = 137;

    private static final Pattern TERM = Pattern.compile("([a-z0-9-]+)=(halt|throw|sleep)(?:\\((\\d+)\\))?(?:@(.+))?");

    private final Map<String, Action> armed = new ConcurrentHashMap<>();
    private volatile boolean any;

    /**
     * Reads what stands in {@code ACTD_FAILPOINTS}: a list such as
     * {@code wal-after-sync=halt(3),wal-before-write=sleep(50)}.
     *
     * <p>{@code halt} ends the process at once, without any shutdown work; {@code throw} throws {@link Reached};
     * {@code sleep(N)} waits N milliseconds each time. {@code halt(N)} and {@code throw(N)} act from the Nth time on.
     * {@code @FILE} at the end of a term lets it act, and count, only while there is such a file.
     *
     * @throws IllegalArgumentException if a term is none of these
     */
    public static Failpoints parse(String spec) {
        var failpoints = new Failpoints();
        for (var term : spec.split(",", -1)) {
            if (term.isBlank()) continue;
            var m = TERM.matcher(term.strip());
            if (!m.matches()) throw new IllegalArgumentException("not a failpoint: " + term);
            long argument = m.group(3) == null ? 1 : Long.parseLong(m.group(3));
            var action = action(m.group(2), argument);
            failpoints.arm(m.group(1), m.group(4) == null ? action : whileThereIs(Path.of(m.group(4)), action));
        }
        return failpoints;
    }

    private static Action action(String verb, long argument) {
        return switch (verb) {
            case "halt" -> fromTime(argument, name -> Runtime.getRuntime().halt(HALT_EXIT_CODE));
            case "throw" ->
                fromTime(argument, name -> {
                    throw new Reached(name);
                });
            default -> name -> LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(argument));
        };
    }

    private static Action whileThereIs(Path file, Action action) {
        return name -> {
            if (Files.exists(file)) action.hit(name);
        };
    }

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

    private static Action fromTime(long first, Action action) {
        var times = new AtomicLong();
        return name -> {
            if (times.incrementAndGet() >= first) action.hit(name);
        };
    }
}
