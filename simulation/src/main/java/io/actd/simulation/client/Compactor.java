package io.actd.simulation.client;

import io.actd.protocol.api.CompactionRequest;
import io.actd.simulation.cluster.Machine;
import io.actd.simulation.thread.RunQueue;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.LongSupplier;

/** Compacts now and then, never beyond what the keeper of the record has seen. */
public final class Compactor {
    private static final long PATIENCE_NANOS = 3_000_000_000L;

    private final List<Machine> machines;
    private final Recorder recorder;
    private final RunQueue queue;
    private final SplittableRandom random;
    private final Calls calls;
    private final LongSupplier seenRevision;
    private final long everyNanos;
    private boolean asking;
    private boolean stopped;

    /** @param everyNanos at most so long between two compactions */
    public Compactor(
            List<Machine> machines,
            Recorder recorder,
            RunQueue queue,
            SplittableRandom random,
            LongSupplier seenRevision,
            long everyNanos) {
        this.machines = machines;
        this.recorder = recorder;
        this.queue = queue;
        this.random = random;
        this.seenRevision = seenRevision;
        this.everyNanos = everyNanos;
        this.calls = Calls.of("comp", queue, random.split());
    }

    public void start() {
        calls.process().after(random.nextLong(everyNanos), "compact", this::compact);
    }

    public void stop() {
        stopped = true;
    }

    /** True if it waits for no answer. */
    public boolean isIdle() {
        return !asking;
    }

    private void compact() {
        if (stopped) return;
        long revision = seenRevision.getAsLong() - random.nextInt(20);
        if (revision <= 1) {
            start();
            return;
        }
        var machine = machines.get(random.nextInt(machines.size()));
        var request = CompactionRequest.newBuilder().setRevision(revision).build();
        asking = true;
        long begun = queue.now();
        calls.call(machine, request, PATIENCE_NANOS, answer -> {
            asking = false;
            recorder.ended(-2, machine.name(), request, begun, answer);
            start();
        });
    }
}
