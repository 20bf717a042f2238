package io.actd.invariant;

import java.util.Arrays;

/**
 * A named promise, checked in production too: a stopped member is better than a lying one.
 *
 * <p>Every name used here stands in {@code docs/invariants.md}; a test compares the two.
 */
public final class Invariant {
    private Invariant() {}

    /** Thrown when a promise is broken. Nothing catches it but the process, which ends. */
    public static final class Broken extends Error {
        private static final long serialVersionUID = 1L;

        Broken(String message) {
            super(message);
        }
    }

    /**
     * Checks {@code condition}.
     *
     * @param name the name under which the promise is listed, in kebab case
     * @param values what a reader of the failure needs to see
     * @throws Broken if the condition does not hold
     */
    public static void check(boolean condition, String name, Object... values) {
        if (!condition) {
            throw new Broken("invariant " + name + " broken: " + Arrays.toString(values));
        }
    }

    /** As {@link #check(boolean, String, Object...)} for two numbers, without boxing while the promise holds. */
    public static void check(boolean condition, String name, long a, long b) {
        if (!condition) {
            throw new Broken("invariant " + name + " broken: [" + a + ", " + b + "]");
        }
    }
}
