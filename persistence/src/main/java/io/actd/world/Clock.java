package io.actd.world;

/** The door to time. */
public interface Clock {
    /** Monotonic nanoseconds from an arbitrary origin. Leases and elections depend on this one only. */
    long nanoTime();

    /** Milliseconds since the epoch: for ids and log lines, never for decisions. */
    long epochMillis();

    /** The clock of the machine. */
    static Clock system() {
        return new Clock() {
            @Override
            public long nanoTime() {
                return System.nanoTime();
            }

            @Override
            public long epochMillis() {
                return System.currentTimeMillis();
            }
        };
    }
}
