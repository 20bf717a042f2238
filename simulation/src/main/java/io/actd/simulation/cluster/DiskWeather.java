package io.actd.simulation.cluster;

import io.actd.world.SimulatedDisk;
import io.actd.world.SimulatedDisk.Operation;
import java.io.IOException;
import java.nio.file.Path;
import java.util.SplittableRandom;

/** How the disk of one machine behaves at the moment: how slow it is, and what fails. */
final class DiskWeather implements SimulatedDisk.Fault {
    /** Told of each operation that fails. */
    @FunctionalInterface
    interface Failed {
        void failed(Operation operation, Path path);
    }

    static final String ERROR = "Input/output error";

    private static final long USUAL_SYNC_NANOS = 400_000;

    private final SplittableRandom random;
    private final Failed listener;
    private long slowNanos;
    private long slowUntilNanos;
    private int failingOf1000;
    private long slowSyncs;
    private long failures;

    DiskWeather(SplittableRandom random, Failed listener) {
        this.random = random;
        this.listener = listener;
    }

    /** From now on each sync takes up to so much longer than before, or less if it is negative. */
    void slowBy(long nanos) {
        slowNanos += nanos;
    }

    /** From now on so many more of a thousand operations fail, whatever they are, or fewer if it is negative. */
    void fail(int of1000) {
        failingOf1000 += of1000;
    }

    /** How long a sync takes that begins now. */
    long syncNanos(long nowNanos) {
        long usual = USUAL_SYNC_NANOS / 2 + random.nextLong(USUAL_SYNC_NANOS);
        if (slowNanos == 0) return usual;
        slowSyncs++;
        long slow = usual + slowNanos / 2 + random.nextLong(slowNanos);
        slowUntilNanos = Math.max(slowUntilNanos, nowNanos + slow);
        return slow;
    }

    /** When the last of the syncs that took longer was or will be over. */
    long slowUntilNanos() {
        return slowUntilNanos;
    }

    /** How many syncs took longer so far. */
    long slowSyncs() {
        return slowSyncs;
    }

    /** How many operations failed so far. */
    long failures() {
        return failures;
    }

    @Override
    public void before(Operation operation, Path path) throws IOException {
        if (failingOf1000 == 0 || random.nextInt(1000) >= failingOf1000) return;
        failures++;
        listener.failed(operation, path);
        throw new IOException(ERROR);
    }
}
