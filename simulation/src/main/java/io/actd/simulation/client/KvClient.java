package io.actd.simulation.client;

import com.google.protobuf.Message;
import io.actd.check.Operation;
import io.actd.simulation.cluster.Machine;
import io.actd.simulation.thread.RunQueue;
import java.util.List;
import java.util.SplittableRandom;

/** Asks one thing after another, of one member until that disappoints, then of another. Retries nothing. */
public final class KvClient {
    /**
     * How busy a client is.
     *
     * @param thinkNanos at most so long between an answer and the next request
     * @param burst at most so many requests before a pause
     * @param pauseNanos at most so long is a pause
     */
    public record Pace(long thinkNanos, int burst, long pauseNanos) {}

    private static final long PATIENCE_NANOS = 3_000_000_000L;

    private final int number;
    private final List<Machine> machines;
    private final Recorder recorder;
    private final Liveness liveness;
    private final RunQueue queue;
    private final SplittableRandom random;
    private final Calls calls;
    private final Workload workload;
    private final Pace pace;
    private int server;
    private int leftOfBurst;
    private boolean asking;
    private boolean stopped;

    public KvClient(
            int number,
            List<Machine> machines,
            Recorder recorder,
            Liveness liveness,
            RunQueue queue,
            SplittableRandom random,
            Workload.Mix mix,
            Pace pace) {
        this.number = number;
        this.machines = machines;
        this.recorder = recorder;
        this.liveness = liveness;
        this.queue = queue;
        this.random = random;
        this.pace = pace;
        this.calls = Calls.of("c" + number, queue, random.split());
        this.workload = new Workload(number, mix, random.split());
        this.server = random.nextInt(machines.size());
    }

    /** Begins. */
    public void start() {
        boolean pauses = leftOfBurst-- <= 0;
        if (pauses) leftOfBurst = random.nextInt(pace.burst());
        calls.process().after(random.nextLong(pauses ? pace.pauseNanos() : pace.thinkNanos()), "think", this::ask);
    }

    /** Asks nothing more. */
    public void stop() {
        stopped = true;
    }

    /** True if it waits for no answer. */
    public boolean isIdle() {
        return !asking;
    }

    private void ask() {
        if (stopped) return;
        asking = true;
        var machine = machines.get(server);
        Message request = workload.next();
        long begun = queue.now();
        calls.call(machine, request, PATIENCE_NANOS, answer -> {
            asking = false;
            recorder.ended(number, machine.name(), request, begun, answer);
            liveness.ended(machine, begun, answer);
            if (answer instanceof Answer.Ok ok) workload.saw(Operation.revision(ok.response()));
            else server = random.nextInt(machines.size());
            start();
        });
    }
}
